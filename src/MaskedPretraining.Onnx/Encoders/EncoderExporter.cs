using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Graphs;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>Writes a trained vision transformer as an ONNX model that any ONNX Runtime (1.6 and newer) and ML.NET's OnnxTransformer run without this library.</summary>
/// <remarks>
/// <para>Input: <c>[N, C, H, W]</c> single-precision pixels in 0..255, as ML.NET's ExtractPixels makes them by default (planes in the order red, green, blue). Scaling to 0..1, mean and standard deviation are
/// inside the model. N is free (or 1, <see cref="EncoderExportOptions.SingleRow"/>); C, H and W are the architecture's.</para>
/// <para>The model carries its architecture as JSON in <c>metadata_props</c> (key <c>architecture</c>), next to <c>outputs</c>, <c>head_normalization</c>, <c>weights</c>, <c>version</c> and, with a
/// pyramid, <c>pyramid_strides</c>.</para>
/// </remarks>
public static class EncoderExporter
{
    /// <summary>Writes an encoder with the default names of input and outputs.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="outputs">What the model returns.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <inheritdoc cref="Export(EncoderWeights, EncoderExportOptions, string)" path="/exception"/>
    public static void Export(EncoderWeights encoder, EncoderOutputs outputs, string path) =>
        Export(encoder, new EncoderExportOptions { Outputs = outputs }, path);

    /// <summary>Writes an encoder.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="options">What the model returns, and under which names.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidOptionsException">The options or the architecture cannot be used.</exception>
    /// <exception cref="ArgumentException">Tensors are missing or do not fit the architecture; the message lists all of them.</exception>
    /// <exception cref="NotSupportedException">The model would exceed 2 GB, or a weight exceeds half precision that shall be kept in it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(EncoderWeights encoder, EncoderExportOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var errors = new OptionErrors();
        encoder.Architecture.Validate(errors);
        options.Validate(errors);
        if (options.Outputs.HasFlag(EncoderOutputs.Pyramid))
        {
            FeaturePyramid.Validate(errors, encoder.Architecture);
        }

        errors.ThrowIfAny(nameof(EncoderExportOptions));
        var tensors = new EncoderTensors(encoder);
        ModelFile.RefuseIfTooLarge(tensors.ByteCount / sizeof(float) * BytesOf(options.Weights), path);
        ModelFile.Write(new EncoderOutputGraph(tensors, options).Build(), path);
    }

    // Nearly all weights are the blocks'.
    private static int BytesOf(WeightPrecision weights) => weights switch
    {
        WeightPrecision.DynamicInt8 => 1,
        WeightPrecision.Half => 2,
        _ => sizeof(float),
    };
}
