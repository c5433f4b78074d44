using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Turns bytes and plans of a batch into the tensors of a step. For the CPU rows of patches are gathered as bytes; for other devices the bytes cross once as they are, and rows are gathered there.
/// Thrown patches are not turned into numbers, but where a target looks at whole images.
/// </summary>
/// <param name="options">The encoder's shape.</param>
/// <param name="scaling">Brings pixels to the encoder's range.</param>
/// <param name="device">Where the model lies.</param>
/// <param name="layout">Which of the tensors are wanted.</param>
/// <param name="uploads">The way to another device than the CPU; null for the CPU.</param>
internal sealed class StepAssembler(VisionTransformerOptions options, PixelScaling scaling, Device device, StepLayout layout, StagedUploads? uploads = null)
{
    /// <summary>Makes a step's tensors; they belong to the caller's scope.</summary>
    /// <param name="images">The images and their plans.</param>
    public StepTensors Assemble(MaskedImages images)
    {
        using var pixels = uploads?.From(images.Patches.Span, ScalarType.Byte, (long)images.Count * options.Grid.Count, options.PatchLength);
        var step = layout.MaskTokensEnterEncoder ? AssembleKept(images, pixels) : AssembleSplit(images, pixels);
        if (layout.NeedsWholeImages)
        {
            bool hasAll = step.Patches.shape[0] == (long)images.Count * options.Grid.Count;
            step = step with { AllPatches = hasAll ? step.Patches : AllPatches(images, pixels), MaskedNumbers = Numbers(images) };
        }

        return step with { LossWeights = Weights(images), ForegroundWeights = ForegroundWeights(images), BranchScales = BranchScales(images), Gate = Gate(images, step) };
    }

    // Visible and masked patches apart, in the order of the plan.
    private StepTensors AssembleSplit(MaskedImages images, Tensor? pixels) => new(
        images.Count,
        Gather(images, pixels, images.Visible.Span),
        Upload(TokenNumbers.WithClass(images.Count, images.Visible.Span)),
        Gather(images, pixels, images.Masked.Span))
    {
        MaskedTokens = Upload(TokenNumbers.Of(images.Masked.Span)),
    };

    // All patches that are not thrown, in the order of the image.
    private StepTensors AssembleKept(MaskedImages images, Tensor? pixels)
    {
        var kept = KeptPatches.Of(images, options.Grid.Count);
        var patches = Gather(images, pixels, kept.Numbers);
        using var maskedAmongKept = Upload(kept.MaskedAmongKept);
        return new(images.Count, patches, Upload(TokenNumbers.WithClass(images.Count, kept.Numbers)), patches.index_select(0, maskedAmongKept))
        {
            MaskFlags = Upload<float>(kept.Flags, ScalarType.Float32, kept.Flags.Length, 1),
            MaskedRows = Upload(kept.MaskedAmongTokens),
        };
    }

    private Tensor AllPatches(MaskedImages images, Tensor? pixels)
    {
        if (pixels is not null)
        {
            return scaling.Apply(pixels);
        }

        using var bytes = TensorMemory.From(images.Patches.Span, ScalarType.Byte, device, images.Count * options.Grid.Count, options.PatchLength);
        return scaling.Apply(bytes);
    }

    private Tensor Numbers(MaskedImages images)
    {
        int perImage = images.Masked.Length / images.Count, next = 0;
        var numbers = new long[images.MaskedTotal];
        for (int image = 0; image < images.Count; image++)
        {
            foreach (long patch in images.Masked.Span.Slice(image * perImage, images.MaskedCountOf(image)))
            {
                numbers[next++] = ((long)image * options.Grid.Count) + patch;
            }
        }

        return Upload(numbers);
    }

    private Tensor? Weights(MaskedImages images)
    {
        if (images.LossWeights.IsEmpty)
        {
            return null;
        }

        float[] weights = images.WeightsOfMasked();
        return Upload<float>(weights, ScalarType.Float32, weights.Length);
    }

    // On the CPU the foreground's part of a loss is added up in managed memory.
    private Tensor? ForegroundWeights(MaskedImages images)
    {
        if (uploads is null || images.LossWeights.IsEmpty)
        {
            return null;
        }

        float[] weights = images.WeightsOfMasked(ofForeground: true);
        return Upload<float>(weights, ScalarType.Float32, weights.Length);
    }

    private Tensor? Gate(MaskedImages images, StepTensors step) =>
        images.GateGradients.IsEmpty ? null : ones(step.Tokens.shape[0], 1, ScalarType.Float32, device, requires_grad: true);

    private Tensor? BranchScales(MaskedImages images)
    {
        if (images.BranchScales.IsEmpty)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        return Upload(images.BranchScales.Span, ScalarType.Float32, images.Count, images.BranchScales.Length / images.Count)
            .t().to(layout.ComputeType).contiguous().view(-1, images.Count, 1, 1).MoveToOuterDisposeScope();
    }

    private Tensor Gather(MaskedImages images, Tensor? pixels, ReadOnlySpan<long> numbers)
    {
        using var scope = NewDisposeScope();
        var rows = pixels is null ? GatherOnHost(images, numbers) : pixels.index_select(0, Upload(RowNumbers(images.Count, numbers)));
        return scaling.Apply(rows).MoveToOuterDisposeScope();
    }

    private Tensor GatherOnHost(MaskedImages images, ReadOnlySpan<long> numbers)
    {
        ReadOnlySpan<byte> patches = images.Patches.Span;
        int length = options.PatchLength, perImage = numbers.Length / images.Count, imageLength = options.Grid.Count * length;
        // Straight into the tensor: an array of a batch's pixels would be a large object for the garbage collector at every step.
        var rows = empty(new long[] { numbers.Length, length }, ScalarType.Byte);
        var bytes = rows.bytes;
        for (int i = 0; i < numbers.Length; i++)
        {
            patches.Slice((i / perImage * imageLength) + ((int)numbers[i] * length), length).CopyTo(bytes[(i * length)..]);
        }

        return rows.to(device);
    }

    private long[] RowNumbers(int count, ReadOnlySpan<long> numbers)
    {
        int perImage = numbers.Length / count;
        var rows = new long[numbers.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = ((long)(i / perImage) * options.Grid.Count) + numbers[i];
        }

        return rows;
    }

    private Tensor Upload(long[] numbers) => Upload<long>(numbers, ScalarType.Int64, numbers.Length);

    private Tensor Upload<T>(ReadOnlySpan<T> values, ScalarType type, params long[] shape)
        where T : unmanaged => uploads is null ? TensorMemory.From(values, type, device, shape) : uploads.From(values, type, shape);
}
