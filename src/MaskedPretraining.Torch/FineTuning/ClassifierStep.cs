using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>
/// Forward and backward pass of some images of a batch. The trained blocks are an <see cref="IBlockStack"/> where the kernels know them; autograd records the rest, or everything. What is frozen is not recorded.
/// </summary>
internal sealed class ClassifierStep : IDisposable
{
    private readonly ClassifierModel _model;
    private readonly int? _firstTrained;
    private readonly IBlockStack? _stack;

    /// <param name="model">Its gradients are added to; no other thread may use them.</param>
    /// <param name="firstTrained">The first block that is trained; null: the embedding is trained too.</param>
    /// <param name="usesKernels">Whether the trained blocks suit the kernels.</param>
    public ClassifierStep(ClassifierModel model, int? firstTrained, bool usesKernels)
    {
        (_model, _firstTrained) = (model, firstTrained);
        var blocks = model.Encoder.Blocks;
        _stack = usesKernels ? BlockStack.Create(model.Parameters, blocks.Prefix, blocks.Shape, firstTrained ?? 0) : null;
    }

    /// <summary>Whether the kernels know a run's blocks: no relative positions, one block's output read, at least one block trained.</summary>
    public static bool SuitsKernels(VisionTransformerOptions architecture, FineTuningOptions options) =>
        architecture.Position != PositionEmbedding.Relative
        && VisionTransformer.ShapeOf(architecture).SuitsKernels
        && options.Pooling.ClassTokens <= 1
        && options.TrainedBlocks != 0;

    /// <summary>Adds the gradients of these images' share of the batch's loss.</summary>
    /// <param name="images">The images.</param>
    /// <param name="count">Images in the whole batch.</param>
    /// <returns>Their share: the sum of their cross-entropies over <paramref name="count"/>.</returns>
    public double Run(LabeledTensors images, int count)
    {
        using var scope = NewDisposeScope();
        return _stack is null ? RunRecorded(images, count) : RunWritten(images, count, _stack);
    }

    public void Dispose() => _stack?.Dispose();

    private double RunRecorded(LabeledTensors images, int count)
    {
        var loss = LossOf(_model.Features(images.Patches, images.Tokens, images.Count, images.BranchScaleTensor(_model.Parameters.ComputeValues.dtype), _firstTrained), images, count);
        loss.backward();
        return loss.ToSingle();
    }

    private double RunWritten(LabeledTensors images, int count, IBlockStack stack)
    {
        var (x, conditions) = _model.Enter(images.Patches, images.Tokens, images.Count, null, isFrozen: _firstTrained is not null);
        x = _firstTrained is { } frozen ? _model.Encoder.Blocks.ForwardFrozen(x, conditions, frozen) : x;
        var output = stack.Forward(x, images.Count, images.BranchScales);
        var loss = LossOf(_model.Pool([output], images.Count), images, count);
        loss.backward();
        var gradient = stack.Backward(output.grad!);
        if (_firstTrained is null)
        {
            x.backward(new[] { gradient });
        }

        return loss.ToSingle();
    }

    private Tensor LossOf(Tensor features, LabeledTensors images, int count) =>
        SoftTargets.CrossEntropy(_model.Score(features), images.Targets).sum().div(count);
}
