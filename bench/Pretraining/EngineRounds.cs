using MaskedPretraining.Bench.Results;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>Several runs of the library's training: what the least disturbed steps took, and where their time went.</summary>
/// <param name="shape">What is trained.</param>
/// <param name="precision">In which precision.</param>
internal sealed class EngineRounds(BenchShape shape, ComputePrecision precision)
{
    private StageTable? _stages;

    /// <summary>Of a step.</summary>
    public double Seconds { get; private set; } = double.MaxValue;

    /// <summary>One more run.</summary>
    /// <param name="warmUp">Steps that are not timed.</param>
    /// <param name="steps">Steps that are.</param>
    /// <param name="stretch">Steps in a row that count.</param>
    public void Measure(int warmUp, int steps, int stretch)
    {
        var (seconds, stages) = EngineTimer.Measure(shape, precision, warmUp, steps);
        _stages = _stages is null || stages.Step < _stages.Step ? stages : _stages;
        Seconds = Math.Min(Seconds, BestStretch(seconds, stretch));
    }

    /// <summary>Notes stages, rate and share of the peak.</summary>
    /// <param name="report">Where to.</param>
    /// <param name="name">Of the figures.</param>
    /// <param name="peak">Floating-point operations a second of products alone.</param>
    public void AddTo(BenchReport report, string name, double peak)
    {
        _stages!.AddTo(report, name);
        report.Add($"{name} product peak", peak / 1e9, "GFLOP/s");
        report.Ratio($"{name} share of peak", shape.FlopsPerImage * shape.Batch / Seconds / peak, "the product peak");
        report.Add(name, shape.Batch / Seconds, "images/s");
    }

    /// <summary>Seconds a step over the fastest steps in a row.</summary>
    public static double BestStretch(double[] seconds, int stretch) => Enumerable.Range(0, seconds.Length - stretch + 1).Min(first => seconds.AsSpan(first, stretch).ToArray().Average());
}
