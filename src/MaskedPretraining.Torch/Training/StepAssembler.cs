using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Turns bytes and plans of a batch into the tensors of a step. Rows of patches are gathered as bytes on the host; thrown patches are neither moved to the device nor turned into
/// numbers, but where a target looks at whole images.
/// </summary>
/// <param name="options">The encoder's shape.</param>
/// <param name="scaling">Brings pixels to the encoder's range.</param>
/// <param name="device">Where the model lies.</param>
/// <param name="layout">Which of the tensors are wanted.</param>
internal sealed class StepAssembler(VisionTransformerOptions options, PixelScaling scaling, Device device, StepLayout layout)
{
    /// <summary>Makes a step's tensors; they belong to the caller's scope.</summary>
    /// <param name="images">The images and their plans.</param>
    public StepTensors Assemble(MaskedImages images)
    {
        var step = layout.MaskTokensEnterEncoder ? AssembleKept(images) : AssembleSplit(images);
        if (layout.NeedsWholeImages)
        {
            bool hasAll = step.Patches.shape[0] == (long)images.Count * options.Grid.Count;
            step = step with { AllPatches = hasAll ? step.Patches : AllPatches(images), MaskedNumbers = Numbers(images) };
        }

        return step with { LossWeights = Weights(images), BranchScales = BranchScales(images), Gate = Gate(images, step) };
    }

    // Visible and masked patches apart, in the order of the plan.
    private StepTensors AssembleSplit(MaskedImages images) => new(
        images.Count,
        Gather(images.Count, images.Patches.Span, images.Visible.Span),
        Upload(TokenNumbers.WithClass(images.Count, images.Visible.Span)),
        Gather(images.Count, images.Patches.Span, images.Masked.Span))
    {
        MaskedTokens = Upload(TokenNumbers.Of(images.Masked.Span)),
    };

    // All patches that are not thrown, in the order of the image.
    private StepTensors AssembleKept(MaskedImages images)
    {
        var kept = KeptPatches.Of(images, options.Grid.Count);
        var patches = Gather(images.Count, images.Patches.Span, kept.Numbers);
        using var maskedAmongKept = Upload(kept.MaskedAmongKept);
        return new(images.Count, patches, Upload(TokenNumbers.WithClass(images.Count, kept.Numbers)), patches.index_select(0, maskedAmongKept))
        {
            MaskFlags = TensorMemory.From<float>(kept.Flags, ScalarType.Float32, device, kept.Flags.Length, 1),
            MaskedRows = Upload(kept.MaskedAmongTokens),
        };
    }

    private Tensor AllPatches(MaskedImages images)
    {
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

        int perImage = images.Masked.Length / images.Count, next = 0;
        var weights = new float[images.MaskedTotal];
        for (int image = 0; image < images.Count; image++)
        {
            var row = images.LossWeights.Span.Slice(image * perImage, images.MaskedCountOf(image));
            row.CopyTo(weights.AsSpan(next));
            next += row.Length;
        }

        return TensorMemory.From<float>(weights, ScalarType.Float32, device, weights.Length);
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
        return TensorMemory.From(images.BranchScales.Span, ScalarType.Float32, device, images.Count, images.BranchScales.Length / images.Count)
            .t().to(layout.ComputeType).contiguous().view(-1, images.Count, 1, 1).MoveToOuterDisposeScope();
    }

    private Tensor Gather(int count, ReadOnlySpan<byte> patches, ReadOnlySpan<long> numbers)
    {
        using var scope = NewDisposeScope();
        int length = options.PatchLength, perImage = numbers.Length / count, imageLength = options.Grid.Count * length;
        // Straight into the tensor: an array of a batch's pixels would be a large object for the garbage collector at every step.
        var rows = empty(new long[] { numbers.Length, length }, ScalarType.Byte);
        var bytes = rows.bytes;
        for (int i = 0; i < numbers.Length; i++)
        {
            patches.Slice((i / perImage * imageLength) + ((int)numbers[i] * length), length).CopyTo(bytes[(i * length)..]);
        }

        return scaling.Apply(rows.to(device)).MoveToOuterDisposeScope();
    }

    private Tensor Upload(long[] numbers) => TensorMemory.From<long>(numbers, ScalarType.Int64, device, numbers.Length);
}
