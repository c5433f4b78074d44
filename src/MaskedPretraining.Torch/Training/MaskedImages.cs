using MaskedPretraining.Core.Batches;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Images and what is masked of them, in managed memory: a batch or a part of one.</summary>
/// <param name="Count">Images B.</param>
/// <param name="Patches">Pixels <c>[B, N, P*P*C]</c>.</param>
/// <param name="Visible">Visible patch numbers <c>[B, v]</c>.</param>
/// <param name="Masked">Masked patch numbers <c>[B, m]</c>.</param>
internal sealed record MaskedImages(int Count, ReadOnlyMemory<byte> Patches, ReadOnlyMemory<long> Visible, ReadOnlyMemory<long> Masked)
{
    /// <summary>How many of an image's masked patches are masked, <c>[B]</c>; the rest of its list stays visible. Empty: all are.</summary>
    public ReadOnlyMemory<int> MaskedCounts { get; init; }

    /// <summary>Weight of each masked patch in the loss, <c>[B, m]</c>. Empty: 1.</summary>
    public ReadOnlyMemory<float> LossWeights { get; init; }

    /// <summary>Which masked patches lie on the foreground, <c>[B, m]</c>. Empty if nothing guides the loss.</summary>
    public ReadOnlyMemory<bool> Foreground { get; init; }

    /// <summary>Stochastic depth: what each branch of each image is multiplied by, <c>[B, 2L]</c>. Empty: 1.</summary>
    public ReadOnlyMemory<float> BranchScales { get; init; }

    /// <summary>
    /// Where learned masks are told what they did: filled with the gradient of the loss by a factor on each visible token, <c>[B, v]</c>. Empty: nobody asks.
    /// </summary>
    public Memory<float> GateGradients { get; init; }

    /// <summary>Where hard patches are told what became of them: filled with the error of each masked patch, <c>[B, m]</c>. Empty: nobody asks.</summary>
    public Memory<float> Errors { get; init; }

    /// <summary>Filled with what a second decoder predicted them to be, <c>[B, m]</c>; empty if <see cref="Errors"/> are.</summary>
    public Memory<float> PredictedLosses { get; init; }

    /// <summary>Masked patches of all images.</summary>
    public int MaskedTotal
    {
        get
        {
            if (MaskedCounts.IsEmpty)
            {
                return Masked.Length;
            }

            int total = 0;
            foreach (int count in MaskedCounts.Span)
            {
                total += count;
            }

            return total;
        }
    }

    /// <summary>A loaded batch.</summary>
    public static MaskedImages Of(PretrainingBatch batch) => new(batch.Count, batch.Patches, batch.Visible, batch.Masked)
    {
        MaskedCounts = batch.MaskedCounts,
        LossWeights = batch.LossWeights,
        Foreground = batch.Foreground,
    };

    /// <summary>Masked patches of an image.</summary>
    public int MaskedCountOf(int image) => MaskedCounts.IsEmpty ? Masked.Length / Count : MaskedCounts.Span[image];

    /// <summary>The loss weights of the patches that are masked, <c>[M]</c>, image by image in the order of the plan.</summary>
    /// <param name="ofForeground">Whether the weights of patches that are not foreground are to be 0.</param>
    public float[] WeightsOfMasked(bool ofForeground = false)
    {
        int perImage = Masked.Length / Count, next = 0;
        var weights = new float[MaskedTotal];
        for (int image = 0; image < Count; image++)
        {
            for (int place = image * perImage; place < (image * perImage) + MaskedCountOf(image); place++)
            {
                weights[next++] = ofForeground && !Foreground.Span[place] ? 0 : LossWeights.Span[place];
            }
        }

        return weights;
    }

    /// <summary>Takes <see cref="GateGradients"/> from a pass over these images, if anybody asks for them.</summary>
    public void KeepGateGradients(StepTensors step)
    {
        if (step.Gate is { } gate)
        {
            using var ofPatches = gate.grad!.view(Count, -1).narrow(1, 1, Visible.Length / Count);
            TensorMemory.ToSingles(ofPatches).CopyTo(GateGradients.Span);
        }
    }

    /// <summary>Takes <see cref="Errors"/> and <see cref="PredictedLosses"/> from a pass over these images, if anybody asks for them.</summary>
    public void KeepLosses(Tensor errors, Tensor? predicted)
    {
        if (!Errors.IsEmpty)
        {
            TensorMemory.ToSingles(errors).CopyTo(Errors.Span);
            TensorMemory.ToSingles(predicted!).CopyTo(PredictedLosses.Span);
        }
    }

    /// <summary>Some images that lie behind each other.</summary>
    public MaskedImages Slice(int start, int count)
    {
        return new MaskedImages(count, Part(Patches), Part(Visible), Part(Masked))
        {
            MaskedCounts = Part(MaskedCounts),
            LossWeights = Part(LossWeights),
            Foreground = Part(Foreground),
            BranchScales = Part(BranchScales),
            GateGradients = PartToFill(GateGradients),
            Errors = PartToFill(Errors),
            PredictedLosses = PartToFill(PredictedLosses),
        };

        ReadOnlyMemory<T> Part<T>(ReadOnlyMemory<T> values)
        {
            int perImage = values.Length / Count;
            return values.Slice(start * perImage, count * perImage);
        }

        Memory<float> PartToFill(Memory<float> values)
        {
            int perImage = values.Length / Count;
            return values.Slice(start * perImage, count * perImage);
        }
    }
}
