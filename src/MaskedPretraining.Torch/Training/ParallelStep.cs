using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Runtime;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Forward and backward pass of a batch on the CPU. Each core takes its own images from pixels to gradients and never waits for another; it takes a few at a time, so that their
/// activations stay in its cache. Which images go together depends on the number of cores alone: the same cores give the same gradients bit for bit.
/// </summary>
internal sealed class ParallelStep : IDisposable
{
    // Tokens in the decoder at a time. Fewer, and products spend their time on packing weights; more, and activations leave the cache.
    private const int TokensAtATime = 1100;

    // bfloat16 gradients are rounded each time that a part adds to them: of many small parts, the last ones would be lost.
    private const int MostBFloat16Parts = 8;
    private readonly MaskedAutoencoder[] _models;
    private readonly PartialStep[] _steps;
    private readonly StepAssembler _assembler;
    private readonly SingleCoreThreads _threads;

    /// <param name="model">Its gradients are added to.</param>
    /// <param name="encoder">Suits the kernels.</param>
    /// <param name="decoder">Suits the kernels.</param>
    /// <param name="target">What to predict.</param>
    /// <param name="assembler">Makes tensors of bytes.</param>
    /// <param name="cores">Cores to use.</param>
    public ParallelStep(MaskedAutoencoder model, VisionTransformerOptions encoder, MaeDecoderOptions decoder, PixelTarget target, StepAssembler assembler, int cores)
    {
        _assembler = assembler;
        _models = [model, .. Enumerable.Range(1, cores - 1).Select(_ => model.WithOwnGradients())];
        _threads = new SingleCoreThreads(cores);
        _steps = [.. _models.Select(m => new PartialStep(m, encoder, decoder, target))];
    }

    /// <summary>Adds the gradients of the batch's loss.</summary>
    /// <param name="count">Images B.</param>
    /// <param name="patches">Pixels <c>[B, N, P*P*C]</c>.</param>
    /// <param name="visible">Visible patch numbers, <c>[B, v]</c>.</param>
    /// <param name="masked">Masked patch numbers, <c>[B, m]</c>.</param>
    /// <returns>The batch's mean loss.</returns>
    public float Run(int count, byte[] patches, long[] visible, long[] masked)
    {
        var losses = new double[_steps.Length];
        _threads.Run(core => losses[core] = RunImages(_steps[core], count, patches, visible, masked, count * core / _steps.Length, count * (core + 1) / _steps.Length));
        using var frozen = no_grad();
        foreach (var other in _models.Skip(1))
        {
            _models[0].Parameters.Gradients.add_(other.Parameters.Gradients);
            other.Parameters.ZeroGradients();
        }

        return (float)(losses.Sum() / count);
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

    /// <returns>The sum of the images' losses.</returns>
    private double RunImages(PartialStep step, int count, byte[] patches, long[] visible, long[] masked, int start, int end)
    {
        int patchBytes = patches.Length / count, visiblePerImage = visible.Length / count, maskedPerImage = masked.Length / count;
        int atATime = Math.Max(1, TokensAtATime / (1 + visiblePerImage + maskedPerImage));
        int parts = (end - start + atATime - 1) / atATime;
        if (_models[0].Parameters.HasComputeCopy)
        {
            parts = Math.Min(parts, MostBFloat16Parts);
        }

        double sum = 0;
        for (int part = 0; part < parts; part++)
        {
            // Parts of equal size, give or take one: a small rest would cost as much packing of weights as a whole part.
            using var scope = NewDisposeScope();
            int first = start + ((end - start) * part / parts), images = start + ((end - start) * (part + 1) / parts) - first;
            var tensors = _assembler.Assemble(
                images,
                patches.AsSpan(first * patchBytes, images * patchBytes),
                visible.AsSpan(first * visiblePerImage, images * visiblePerImage),
                masked.AsSpan(first * maskedPerImage, images * maskedPerImage));
            sum += images * (double)step.Run(tensors, (float)images / count);
        }

        return sum;
    }
}
