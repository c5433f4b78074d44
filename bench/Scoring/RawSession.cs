using Microsoft.ML.OnnxRuntime;

namespace MaskedPretraining.Bench.Scoring;

/// <summary>ONNX Runtime as it comes: a session with default options, one input tensor that is there already, batch after batch.</summary>
internal sealed class RawSession(string path, float[] pixels, int images) : IDisposable
{
    private readonly InferenceSession _session = new(path);
    private readonly RunOptions _options = new();

    /// <summary>Scores all images in batches of a size.</summary>
    public void Score(int batchSize)
    {
        int length = pixels.Length / images;
        string input = _session.InputNames[0];
        int[] shape = _session.InputMetadata[input].Dimensions;
        for (int first = 0; first < images; first += batchSize)
        {
            int count = Math.Min(batchSize, images - first);
            using var batch = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, pixels.AsMemory(first * length, count * length), [count, .. shape.Skip(1).Select(side => (long)side)]);
            using var results = _session.Run(_options, [input], [batch], _session.OutputNames);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
