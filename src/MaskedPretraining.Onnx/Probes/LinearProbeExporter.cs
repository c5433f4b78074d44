using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Graphs;

namespace MaskedPretraining.Onnx.Probes;

/// <summary>Writes a linear probe as an ONNX model: normalise features as in training, linear layer, softmax.</summary>
public static class LinearProbeExporter
{
    /// <summary>Writes a linear probe.</summary>
    /// <param name="probe">The probe: D features, K classes, at least 2.</param>
    /// <param name="options">What the model returns, and under which names. Without class names the probe's own are taken.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidOptionsException">The options cannot be used.</exception>
    /// <exception cref="ArgumentException">The probe has fewer than two classes, or its arrays do not fit together.</exception>
    /// <exception cref="NotSupportedException">The model would exceed 2 GB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(LinearProbeWeights probe, ProbeExportOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(probe);
        ArgumentNullException.ThrowIfNull(options);
        var (width, classes) = (probe.Width, probe.Classes);
        if (classes < 2 || probe.RunningVariance.Length != width || probe.Weight.LongLength != (long)width * classes)
        {
            throw new ArgumentException(
                $"A probe of {probe.Weight.Length} weights, {classes} biases, {width} means and {probe.RunningVariance.Length} variances cannot be exported: for D features and K classes, K at least 2, there must be K*D, K, D and D.",
                nameof(probe));
        }

        options = options.WithClassNames(probe.ClassNames);
        var errors = new OptionErrors();
        options.Validate(errors, classes);
        errors.ThrowIfAny(nameof(ProbeExportOptions));
        var graph = new ProbeGraph("linear_probe", width, classes, options);
        string logits = LinearHead.Append(graph, probe);
        graph.Write(graph.Builder.Node("Softmax", "probabilities", [logits], NodeAttribute.Integer("axis", -1)), logits, path);
    }
}
