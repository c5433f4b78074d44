using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Segmentation;
using MaskedPretraining.Onnx.Segmentation;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>An encoder with a linear segmentation probe: adds scores of classes in patches, and on request the class of each pixel and the foreground's probability.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class SegmentationProbeTransformer : ScoringTransformer
{
    private readonly EncoderWeights _encoder;
    private readonly SegmentationProbeResult _result;

    internal SegmentationProbeTransformer(MLContext context, SegmentationScoring scoring, EncoderWeights encoder, SegmentationProbeResult result)
        : base(context, scoring) => (_encoder, _result) = (encoder, result);

    /// <summary>Normalisation and linear layer.</summary>
    public LinearProbeWeights Weights => _result.Weights;

    /// <summary>One entry an epoch that ended.</summary>
    public IReadOnlyList<SegmentationProbeMetrics> Metrics => _result.Metrics;

    /// <summary>Whether training was cancelled before its last epoch ended.</summary>
    public bool WasCancelled => _result.WasCancelled;

    /// <summary>Writes encoder and probe as an ONNX model: input <c>pixels</c> <c>[N, C, H, W]</c> in 0..255, outputs <c>scores</c> <c>[N, K, R, C]</c> (logits of patches) and <c>mask</c> <c>[N, H, W]</c> (class of each pixel, from 0).</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        SegmentationExporter.Export(_encoder, Weights, new SegmentationExportOptions { MaskName = "mask" }, path);
    }
}
