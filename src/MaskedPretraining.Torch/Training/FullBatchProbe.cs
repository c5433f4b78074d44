using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Trains a linear probe on all rows at once with L-BFGS, until the loss is flat.</summary>
/// <param name="options">Already validated.</param>
/// <param name="report">What is told, and when to stop.</param>
internal sealed class FullBatchProbe(LinearProbeOptions options, ProbeReport report)
{
    // As batch normalisation has it.
    private const double Epsilon = 1e-6;

    // The loss then lies within a millionth of its least value; the slope at the start is about 0.1.
    private const double FlatSlope = 1e-4;

    // A normal distribution of the weights as wide for few rows as for many.
    private const double DecayTimesRows = 3;

    /// <param name="training">What is learnt.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="validation">What accuracy is measured on; null for nothing.</param>
    public LinearProbeResult Train(LabeledFeatures training, int classes, LabeledFeatures? validation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (features, labels) = training.Upload();
        using var probe = new LinearProbe(training.Features.Width, classes, Epsilon, momentum: 0, options.NormalizesFeatures);
        probe.TakeStatistics(features);
        using var loss = new SoftmaxRegression(probe.Normalize(features), labels.unsqueeze(1), options.WeightDecay ?? (DecayTimesRows / training.Labels.Count));
        using var solver = new LimitedMemoryBfgs(loss, zeros(classes, training.Features.Width + 1, ScalarType.Float32));
        var held = validation?.Upload();
        int iterations = options.Epochs ?? LinearProbeOptions.MostIterations;
        for (int iteration = 0; iteration < iterations && !report.IsCancelled; iteration++)
        {
            using var iterationScope = NewDisposeScope();
            bool isDone = solver.LargestSlope <= FlatSlope || !solver.Step();
            // Where the very start is the optimum there is one entry all the same.
            if (!isDone || iteration == 0)
            {
                probe.Take(solver.Point);
                double? accuracy = held is { } kept ? probe.AccuracyOn(kept.Features, kept.Labels) : null;
                report.Add(new LinearProbeMetrics(iteration, iterations, solver.Value, solver.StepLength, accuracy));
            }

            if (isDone)
            {
                return report.Finish(probe.ToWeights(report.ClassNames), wasCancelled: false);
            }
        }

        return report.Finish(probe.ToWeights(report.ClassNames), report.IsCancelled);
    }
}
