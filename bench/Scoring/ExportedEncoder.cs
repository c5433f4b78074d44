using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;

namespace MaskedPretraining.Bench.Scoring;

/// <summary>An encoder in a file of its own, opened: mean tokens of images.</summary>
internal sealed class ExportedEncoder : IDisposable
{
    private readonly OnnxScorer _scorer;

    public ExportedEncoder(EncoderWeights encoder, WeightPrecision precision)
    {
        Precision = precision;
        var folder = Directory.CreateTempSubdirectory("export");
        string path = Path.Combine(folder.FullName, "encoder.onnx");
        EncoderExporter.Export(encoder, new EncoderExportOptions { Outputs = EncoderOutputs.Mean, Weights = precision }, path);
        FileLength = new FileInfo(path).Length;
        _scorer = new OnnxScorer(path);
        folder.Delete(recursive: true);
    }

    public WeightPrecision Precision { get; }

    public long FileLength { get; }

    public float[] Score(float[] pixels, int images) => _scorer.Score(pixels, images, "mean");

    public void Dispose() => _scorer.Dispose();
}
