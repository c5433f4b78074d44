using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Augmentation;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>Turns a batch of labelled images into tensors: pixels are normalised; for training boxes are erased, then images and targets mixed.</summary>
internal sealed class LabeledAssembler
{
    private readonly Device _device;
    private readonly WholeImageAssembler _wholeImages;
    private readonly BatchAugmentation _augmentation;

    public LabeledAssembler(VisionTransformerOptions architecture, PixelScaling scaling, Device device, int classes, FineTuningOptions options)
    {
        _device = device;
        _wholeImages = new WholeImageAssembler(architecture, scaling, device);
        _augmentation = new BatchAugmentation(options.Augmentation, architecture, classes, options.LabelSmoothing, options.Seed);
    }

    /// <summary>A training batch; the tensors belong to the caller's scope.</summary>
    public LabeledTensors Training(LabeledBatch batch, BranchScales branchScales)
    {
        var (patches, tokens) = _wholeImages.Assemble(batch.Count, batch.Patches);
        return new LabeledTensors(batch.Count, patches, tokens, _augmentation.Apply(patches, batch), branchScales);
    }

    /// <summary>Normalised patches, token numbers and class numbers <c>[B]</c> of a batch as it is.</summary>
    public (Tensor Patches, Tensor Tokens, Tensor Labels) Evaluation(LabeledBatch batch)
    {
        var (patches, tokens) = _wholeImages.Assemble(batch.Count, batch.Patches);
        return (patches, tokens, Labels(batch));
    }

    private Tensor Labels(LabeledBatch batch) => TensorMemory.From<long>(batch.Labels.AsSpan(0, batch.Count), ScalarType.Int64, _device, batch.Count);
}
