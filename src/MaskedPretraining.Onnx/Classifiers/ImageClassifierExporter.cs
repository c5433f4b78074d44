using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Probes;

namespace MaskedPretraining.Onnx.Classifiers;

/// <summary>Writes an image classifier as one ONNX model: pixels to class probabilities, with normalisation, encoder, pooling, batch normalisation, linear layer and softmax inside.</summary>
/// <remarks>Input as for <see cref="EncoderExporter"/>. The model carries its architecture and pooling in <c>metadata_props</c>.</remarks>
public static class ImageClassifierExporter
{
    private const string PixelInput = "pixels";

    /// <summary>Writes an image classifier.</summary>
    /// <param name="classifier">The classifier: K classes, at least 2.</param>
    /// <param name="options">What the model returns, and under which names. Without class names the classifier's own are taken.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidOptionsException">The options, the architecture or the head cannot be used; the message lists every reason.</exception>
    /// <exception cref="ArgumentException">Tensors are missing or do not fit the architecture; the message lists all of them.</exception>
    /// <exception cref="NotSupportedException">The model would exceed 2 GB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(ImageClassifierWeights classifier, ProbeExportOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options = options.WithClassNames(classifier.Head.ClassNames);
        var errors = new OptionErrors();
        classifier.Validate(errors);
        options.Validate(errors, classifier.Classes);
        errors.ThrowIfAny(nameof(ImageClassifierExporter));
        var tensors = new EncoderTensors(classifier.Encoder);
        ModelFile.RefuseIfTooLarge(tensors.ByteCount, path);
        var encoder = new EncoderGraph(tensors, new EncoderExportOptions { InputName = options.InputName ?? PixelInput, SingleRow = options.SingleRow });
        string features = new PooledFeatures(encoder, tensors, classifier).Append();
        var probe = new ProbeGraph(encoder.Graph, features, classifier.Classes, options);
        string logits = LinearHead.Append(probe, classifier.Head);
        encoder.Graph.Metadata("architecture", ArchitectureJson.Write(classifier.Encoder.Architecture));
        encoder.Graph.Metadata("pooling", classifier.Pooling.ToString());
        probe.Write(encoder.Graph.Node("Softmax", "probabilities", [logits], NodeAttribute.Integer("axis", -1)), logits, path);
    }
}
