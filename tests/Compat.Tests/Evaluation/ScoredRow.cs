using Microsoft.ML.Data;

namespace Compat.Tests.Evaluation;

public sealed class ScoredRow
{
    [KeyType(3)]
    public uint Label { get; set; }

    [VectorType(3)]
    public float[] Score { get; set; } = [];

    public uint PredictedLabel { get; set; }

    public string Text { get; set; } = "";
}
