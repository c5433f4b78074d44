using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>
/// Forward and backward pass of a batch on the CPU, as <see cref="ParallelStep"/> does it: each core takes its own images from embedding to gradients, a few at a time, so that their activations stay in its cache.
/// Which images go together depends on the number of cores alone: the same cores give the same gradients bit for bit.
/// </summary>
internal sealed class ParallelClassifierStep : IDisposable
{
    private readonly ClassifierModel[] _models;
    private readonly ClassifierStep[] _steps;
    private readonly SingleCoreThreads _threads;

    /// <param name="model">Suits the kernels; its gradients are added to.</param>
    /// <param name="firstTrained">The first block that is trained; null: the embedding is trained too.</param>
    /// <param name="cores">Cores to use.</param>
    public ParallelClassifierStep(ClassifierModel model, int? firstTrained, int cores)
    {
        _models = [model, .. Enumerable.Range(1, cores - 1).Select(_ => model.WithOwnGradients())];
        _threads = new SingleCoreThreads(cores);
        _steps = [.. _models.Select(own => new ClassifierStep(own, firstTrained, usesKernels: true))];
    }

    /// <summary>Adds the gradients of the batch's loss.</summary>
    /// <param name="images">The batch.</param>
    /// <returns>The loss.</returns>
    public double Run(LabeledTensors images)
    {
        var losses = new double[_steps.Length];
        int atATime = ParallelStep.ImagesAtATime((int)(images.Tokens.shape[0] / images.Count) - 1);
        _threads.Run(
            images.Count,
            atATime,
            (core, first, some) =>
            {
                using var scope = NewDisposeScope();
                losses[core] += _steps[core].Run(images.Slice(first, some), images.Count);
            },
            ParallelStep.MostParts(_models[0].Parameters.HasComputeCopy));
        using var frozen = no_grad();
        foreach (var other in _models.Skip(1))
        {
            _models[0].Parameters.Gradients.add_(other.Parameters.Gradients);
            other.Parameters.ZeroGradients();
        }

        return losses.Sum();
    }

    public void Dispose()
    {
        _threads.Dispose();
        foreach (var step in _steps)
        {
            step.Dispose();
        }

        foreach (var other in _models.Skip(1))
        {
            other.Dispose();
        }
    }
}
