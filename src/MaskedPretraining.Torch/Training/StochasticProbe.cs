using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Trains a linear probe batch by batch with LARS or momentum.</summary>
/// <param name="options">Already validated.</param>
/// <param name="report">What is told, and when to stop.</param>
internal sealed class StochasticProbe(LinearProbeOptions options, ProbeReport report)
{
    // MAE's head.
    private const double BatchNormEpsilon = 1e-6;
    private const double BatchNormMomentum = 0.1;

    /// <param name="rows">What is learnt.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="validation">What accuracy is measured on; null for nothing.</param>
    public LinearProbeResult Train(IProbeRows rows, int classes, LabeledFeatures? validation)
    {
        using var scope = NewDisposeScope();
        using var probe = new LinearProbe(rows.Width, classes, BatchNormEpsilon, BatchNormMomentum, options.NormalizesFeatures);
        probe.Parameters.Initialize(options.Seed);
        double decay = options.WeightDecay ?? 0;
        using IStepOptimizer optimizer = options.Solver == LinearProbeSolver.Sgd
            ? new Sgd(probe.Parameters, options.Momentum, decay)
            : new Lars(probe.Parameters, options.Momentum, options.TrustCoefficient, decay);
        var held = validation?.Upload();
        int batches = rows.BatchesPerEpoch, epochs = options.EpochsFor(batches);
        var schedule = options.ScheduleFor(epochs);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            rows.Start(epoch);
            double sum = 0, learningRate = 0;
            for (int batch = 0; batch < batches; batch++)
            {
                if (report.IsCancelled)
                {
                    return report.Finish(probe.ToWeights(report.ClassNames), wasCancelled: true);
                }

                learningRate = schedule.At(options.ChangesRateByEpoch ? epoch : epoch + ((double)batch / batches));
                sum += Step(probe, optimizer, rows, learningRate, ((long)epoch * batches) + batch);
            }

            double? accuracy = held is { } kept ? probe.AccuracyOn(kept.Features, kept.Labels) : null;
            report.Add(new LinearProbeMetrics(epoch, epochs, sum / batches, learningRate, accuracy));
        }

        return report.Finish(probe.ToWeights(report.ClassNames), wasCancelled: false);
    }

    private static float Step(LinearProbe probe, IStepOptimizer optimizer, IProbeRows rows, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        var (features, labels) = rows.Next();
        using var loss = probe.Loss(features, labels);
        float value = loss.ToSingle();
        if (!float.IsFinite(value))
        {
            throw new TrainingDivergedException(step, value, checkpoint: null);
        }

        loss.backward();
        optimizer.Step(learningRate);
        return value;
    }
}
