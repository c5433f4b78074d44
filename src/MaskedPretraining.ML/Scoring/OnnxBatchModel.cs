using MaskedPretraining.Onnx.Scoring;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Chosen outputs of an ONNX model.</summary>
internal sealed class OnnxBatchModel : IBatchModel
{
    private readonly OnnxScorer _scorer;
    private readonly string[] _outputs;

    /// <param name="path">The model; the file may be removed afterwards.</param>
    /// <param name="outputs">Names of the outputs wanted.</param>
    /// <param name="gpuDeviceId">CUDA device; null for the CPU.</param>
    public OnnxBatchModel(string path, IReadOnlyList<string> outputs, int? gpuDeviceId)
    {
        _scorer = new OnnxScorer(path, new OnnxScorerOptions { BatchSize = ScoringPlan.DefaultBatchSize, GpuDeviceId = gpuDeviceId });
        _outputs = [.. outputs];
        OutputLengths = [.. _outputs.Select(name => _scorer.Outputs.Single(output => output.Name == name).RowLength)];
    }

    public int InputLength => _scorer.Input.RowLength;

    public IReadOnlyList<int> OutputLengths { get; }

    public void Score(float[] inputs, int rows, float[][] outputs) =>
        _scorer.Score(inputs, rows, [.. _outputs.Select((name, index) => new OutputBuffer(name, outputs[index]))]);

    public void Dispose() => _scorer.Dispose();
}
