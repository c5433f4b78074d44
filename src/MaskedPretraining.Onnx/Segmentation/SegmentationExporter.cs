using System.Globalization;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;
using MaskedPretraining.Onnx.Probes;

namespace MaskedPretraining.Onnx.Segmentation;

/// <summary>Writes an encoder with a linear segmentation probe on its patch tokens as one ONNX model: pixels in, classes of patches and pixels out.</summary>
public static class SegmentationExporter
{
    private const int ClassAxis = 1;

    /// <summary>Writes the model.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="probe">The probe: as many features as the encoder is wide, K classes, at least 2.</param>
    /// <param name="options">What the model returns, and under which names.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidOptionsException">The options or the architecture cannot be used.</exception>
    /// <exception cref="ArgumentException">Encoder tensors are missing or do not fit the architecture, or the probe does not fit the encoder.</exception>
    /// <exception cref="NotSupportedException">The model would exceed 2 GB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(EncoderWeights encoder, LinearProbeWeights probe, SegmentationExportOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(probe);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var architecture = encoder.Architecture;
        var errors = new OptionErrors();
        architecture.Validate(errors);
        options.Validate(errors);
        errors.ThrowIfAny(nameof(SegmentationExportOptions));
        if (probe.Classes < 2 || probe.Width != architecture.Width || probe.Weight.LongLength != (long)probe.Width * probe.Classes)
        {
            throw new ArgumentException($"A probe of {probe.Width} features and {probe.Classes} classes does not fit an encoder of width {architecture.Width}; it needs that width and at least 2 classes.", nameof(probe));
        }

        var tensors = new EncoderTensors(encoder);
        ModelFile.RefuseIfTooLarge(tensors.ByteCount, path);
        var network = new EncoderGraph(tensors, new EncoderExportOptions { InputName = options.InputName, SingleRow = options.SingleRow });
        string tokens = network.PatchTokens();
        var graph = network.Graph;
        string scores = Scores(graph, tokens, architecture, probe);
        Return(options.ScoreName, scores, probe.Classes, architecture.Grid.Rows, architecture.Grid.Columns);
        if (options.MaskName is { } mask)
        {
            string pixels = FeaturePyramid.Enlarged(graph, "segmentation.enlarged", scores, architecture.PatchSize);
            string best = graph.Node("ArgMax", "segmentation.best", [pixels], NodeAttribute.Integer("axis", ClassAxis), NodeAttribute.Integer("keepdims", 0));
            Return(mask, graph.Node("Cast", "segmentation.class", [best], NodeAttribute.Integer("to", (long)TensorProto.Types.DataType.Float)), architecture.ImageHeight, architecture.ImageWidth);
        }

        if (options.ForegroundName is { } foreground)
        {
            string probabilities = graph.Node("Softmax", "segmentation.probabilities", [scores], NodeAttribute.Integer("axis", ClassAxis));
            string background = graph.Node("Gather", "segmentation.background", [probabilities, graph.SharedInteger("constant.first", 0)], NodeAttribute.Integer("axis", ClassAxis));
            // A sum of the other classes' probabilities could come out above 1.
            Return(foreground, graph.Node("Sub", "segmentation.foreground", [graph.SharedConstant("constant.one", 1), background]), architecture.Grid.Rows, architecture.Grid.Columns);
        }

        graph.Metadata("architecture", ArchitectureJson.Write(architecture));
        graph.Metadata("classes", probe.Classes.ToString(CultureInfo.InvariantCulture));
        graph.Metadata("version", Producer.Version);
        ModelFile.Write(graph.Build(), path);

        void Return(string name, string value, params ReadOnlySpan<long> rowShape) => graph.Return(name, value, TensorProto.Types.DataType.Float, options.SingleRow, rowShape);
    }

    // Tokens [N, R*C, D] to logits [N, K, R, C].
    private static string Scores(GraphBuilder graph, string tokens, VisionTransformerOptions architecture, LinearProbeWeights probe)
    {
        var (grid, width, classes) = (architecture.Grid, architecture.Width, probe.Classes);
        string rows = graph.Reshape("segmentation.rows", tokens, -1, width);
        string logits = LinearHead.Append(graph, rows, probe);
        string split = graph.Reshape("segmentation.split", logits, -1, grid.Rows, grid.Columns, classes);
        return graph.Node("Transpose", "segmentation.scores", [split], NodeAttribute.Integers("perm", 0, 3, 1, 2));
    }
}
