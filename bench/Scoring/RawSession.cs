using Microsoft.ML.OnnxRuntime;

namespace MaskedPretraining.Bench.Scoring;

/// <summary>ONNX Runtime alone: one session, one input tensor that is there already, batch after batch.</summary>
internal sealed class RawSession : IDisposable
{
    private readonly float[] _pixels;
    private readonly int _images;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    /// <param name="path">The model.</param>
    /// <param name="pixels">The images, <c>[images, C, H, W]</c>.</param>
    /// <param name="images">Their number.</param>
    /// <param name="spins">Whether waiting threads spin, as they do by default, or sleep.</param>
    public RawSession(string path, float[] pixels, int images, bool spins)
    {
        (_pixels, _images) = (pixels, images);
        using var options = new SessionOptions();
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
        _session = new InferenceSession(path, options);
    }

    /// <summary>Scores all images in batches of a size.</summary>
    public void Score(int batchSize)
    {
        int length = _pixels.Length / _images;
        string input = _session.InputNames[0];
        int[] shape = _session.InputMetadata[input].Dimensions;
        for (int first = 0; first < _images; first += batchSize)
        {
            int count = Math.Min(batchSize, _images - first);
            using var batch = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, _pixels.AsMemory(first * length, count * length), [count, .. shape.Skip(1).Select(side => (long)side)]);
            using var results = _session.Run(_options, [input], [batch], _session.OutputNames);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
