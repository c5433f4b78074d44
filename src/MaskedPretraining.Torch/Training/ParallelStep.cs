using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Forward and backward pass of a batch on the CPU. Each core takes its own images from pixels to gradients and never waits for another; it takes a few at a time, so that their
/// activations stay in its cache. Which images go together depends on the number of cores alone: the same cores give the same gradients bit for bit.
/// </summary>
internal sealed class ParallelStep : IDisposable
{
    // Tokens at a time in the longest sequence. Fewer, and products spend their time on packing weights; more, and activations leave the cache.
    private const int TokensAtATime = 1100;

    // bfloat16 gradients are rounded each time that a part adds to them: of many small parts, the last ones would be lost.
    private const int MostBFloat16Parts = 8;
    private readonly MaskedImageModel[] _models;
    private readonly PartialStep[] _steps;
    private readonly StepAssembler _assembler;
    private readonly SingleCoreThreads _threads;

    /// <param name="model">Suits the kernels; its gradients are added to.</param>
    /// <param name="objective">What to minimise.</param>
    /// <param name="assembler">Makes tensors of bytes.</param>
    /// <param name="cores">Cores to use.</param>
    public ParallelStep(MaskedImageModel model, Objective objective, StepAssembler assembler, int cores)
    {
        _assembler = assembler;
        _models = [model, .. Enumerable.Range(1, cores - 1).Select(_ => model.Over(new ParameterArena(model.Parameters)))];
        _threads = new SingleCoreThreads(cores);
        _steps = [.. _models.Select(m => new PartialStep(m, objective))];
    }

    /// <summary>Images that a core takes from forward to backward pass at a time, of a large enough batch.</summary>
    /// <param name="keptPerImage">Patches of an image that are not thrown.</param>
    public static int ImagesAtATime(int keptPerImage) => Math.Max(1, TokensAtATime / (1 + keptPerImage));

    /// <summary>Parts at the most into which a core divides its images.</summary>
    /// <param name="isBFloat16">Whether gradients are.</param>
    public static int MostParts(bool isBFloat16) => isBFloat16 ? MostBFloat16Parts : int.MaxValue;

    /// <summary>Images that a core has memory for: a part of its images, and one image more in memory of its own where parts differ.</summary>
    /// <param name="batch">Images B.</param>
    /// <param name="cores">Cores to use.</param>
    /// <param name="keptPerImage">Patches of an image that are not thrown.</param>
    /// <param name="isBFloat16">Whether products are computed in bfloat16.</param>
    public static int ImagesHeld(int batch, int cores, int keptPerImage, bool isBFloat16)
    {
        int images = (batch + cores - 1) / cores, parts = SingleCoreThreads.PartsOf(images, ImagesAtATime(keptPerImage), MostParts(isBFloat16));
        return images % parts == 0 ? images / parts : (2 * (images / parts)) + 1;
    }

    /// <summary>Adds the gradients of the batch's loss.</summary>
    /// <param name="images">The batch.</param>
    public StepLosses Run(MaskedImages images)
    {
        var losses = new StepLosses[_steps.Length];
        int atATime = ImagesAtATime((images.Visible.Length + images.Masked.Length) / images.Count);
        long count = images.MaskedTotal;
        // In parts of equal size: a small rest would cost as much packing of weights as a whole part.
        _threads.Run(
            images.Count,
            atATime,
            (core, first, some) => losses[core] += RunImages(_steps[core], images.Slice(first, some), count),
            MostParts(_models[0].Parameters.HasComputeCopy));
        using var stage = StageClock.Time(StepStage.SumGradients);
        using var frozen = no_grad();
        foreach (var other in _models.Skip(1))
        {
            _models[0].Parameters.Gradients.add_(other.Parameters.Gradients);
            other.Parameters.ZeroGradients();
        }

        return losses.Aggregate((sum, loss) => sum + loss);
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

    private StepLosses RunImages(PartialStep step, MaskedImages images, long count)
    {
        using var scope = NewDisposeScope();
        return images.MaskedTotal > 0 ? step.Run(Assemble(images), images, count) : default;
    }

    private StepTensors Assemble(MaskedImages images)
    {
        using var stage = StageClock.Time(StepStage.Assemble);
        return _assembler.Assemble(images);
    }
}
