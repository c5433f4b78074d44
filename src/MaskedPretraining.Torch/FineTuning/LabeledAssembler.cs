using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>Turns a batch of labelled images into tensors: pixels are normalised, then boxes are erased, then images and targets are mixed.</summary>
internal sealed class LabeledAssembler
{
    private readonly Device _device;
    private readonly int _classes;
    private readonly FineTuningOptions _options;
    private readonly WholeImageAssembler _wholeImages;

    public LabeledAssembler(VisionTransformerOptions architecture, PixelScaling scaling, Device device, int classes, FineTuningOptions options)
    {
        (_device, _classes, _options) = (device, classes, options);
        _wholeImages = new WholeImageAssembler(architecture, scaling, device);
    }

    /// <summary>A training batch; the tensors belong to the caller's scope.</summary>
    public LabeledTensors Training(LabeledBatch batch, BranchScales branchScales)
    {
        var (patches, tokens) = _wholeImages.Assemble(batch.Count, batch.Patches);
        var targets = new float[batch.Count * _classes];
        Array.Fill(targets, (float)(_options.LabelSmoothing / _classes));
        for (int image = 0; image < batch.Count; image++)
        {
            targets[(image * _classes) + batch.Labels[image]] += (float)(1 - _options.LabelSmoothing);
        }

        return new LabeledTensors(batch.Count, patches, tokens, TensorMemory.From<float>(targets, ScalarType.Float32, _device, batch.Count, _classes), branchScales);
    }

    /// <summary>Normalised patches, token numbers and class numbers <c>[B]</c> of a batch as it is.</summary>
    public (Tensor Patches, Tensor Tokens, Tensor Labels) Evaluation(LabeledBatch batch)
    {
        var (patches, tokens) = _wholeImages.Assemble(batch.Count, batch.Patches);
        return (patches, tokens, Labels(batch));
    }

    private Tensor Labels(LabeledBatch batch) => TensorMemory.From<long>(batch.Labels.AsSpan(0, batch.Count), ScalarType.Int64, _device, batch.Count);
}
