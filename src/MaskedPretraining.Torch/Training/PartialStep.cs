using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Runtime;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Forward and backward pass of some images of a batch on one core. The blocks are <see cref="IBlockStack"/>s; autograd records what is in front of, between and behind them, and
/// the gradient is handed across each seam.
/// </summary>
internal sealed class PartialStep : IDisposable
{
    private readonly MaskedImageModel _model;
    private readonly Objective _objective;
    private readonly IBlockStack[] _stacks;
    private readonly IBlockStack? _losses;

    /// <param name="model">Suits the kernels; its gradients are added to, no other thread may use them.</param>
    /// <param name="objective">What to minimise.</param>
    public PartialStep(MaskedImageModel model, Objective objective)
    {
        (_model, _objective) = (model, objective);
        _stacks = [.. model.Groups.Select(group => BlockStack.Create(model.Parameters, group.Prefix, group.Shape))];
        _losses = model.Losses is { Blocks: var blocks } ? BlockStack.Create(model.Parameters, blocks.Prefix, blocks.Shape) : null;
    }

    /// <summary>Whether a run's steps can be worked out in parts: its model suits the kernels and no term looks at a whole batch.</summary>
    public static bool Suits(PretrainerOptions options)
    {
        var architecture = options.Architecture;
        return options.UniformityWeight == 0
            && VisionTransformer.ShapeOf(architecture).SuitsKernels
            && (options.Decoder is not MaeDecoderOptions decoder || MaeDecoder.ShapeOf(architecture, decoder).SuitsKernels);
    }

    /// <summary>Adds the gradients of these images' share of the batch's loss.</summary>
    /// <param name="step">The images.</param>
    /// <param name="images">The same images in managed memory.</param>
    /// <param name="count">Masked patches in the whole batch.</param>
    /// <returns>Their share.</returns>
    public StepLosses Run(StepTensors step, MaskedImages images, long count)
    {
        using var scope = NewDisposeScope();
        var (inputs, outputs) = (new Tensor[_stacks.Length], new Tensor[_stacks.Length]);
        var (x, logitBias) = Enter(step);
        for (int group = 0; group < _stacks.Length; group++)
        {
            inputs[group] = x;
            outputs[group] = Forward(group, x, step, images, logitBias);
            x = Leave(group, outputs[group], step);
        }

        // The second decoder sees what the last stack sees, and its gradient goes the same way back.
        var lossTokens = _losses?.Forward(inputs[^1], step.Count);
        var predictedLosses = lossTokens is null ? null : _model.Losses!.Predict(lossTokens, step.MaskedTokens!.shape[0] / step.Count, step.Count);
        var (loss, errors) = LossOf(x, step, count, predictedLosses);
        GoBack(() => loss.backward());
        for (int group = _stacks.Length - 1; group >= 0; group--)
        {
            var biasGradient = group == 0 && logitBias is not null ? zeros_like(logitBias, ScalarType.Float32) : null;
            var (input, gradient) = (inputs[group], Backward(group, outputs[group].grad!, biasGradient));
            gradient = lossTokens is not null && group == _stacks.Length - 1 ? gradient.add(_losses!.Backward(lossTokens.grad!)) : gradient;
            GoBack(() => input.backward(new[] { gradient }));
            if (biasGradient is not null)
            {
                GoBack(() => logitBias!.backward(new[] { biasGradient.to(logitBias.dtype) }));
            }
        }

        images.KeepGateGradients(step);
        images.KeepLosses(errors, predictedLosses);
        return Objective.Read(loss, errors, images, count);
    }

    public void Dispose()
    {
        foreach (var stack in _stacks)
        {
            stack.Dispose();
        }

        _losses?.Dispose();
    }

    private (Tensor Tokens, Tensor? LogitBias) Enter(StepTensors step)
    {
        using var stage = StageClock.Time(StepStage.Embed);
        return (_model.Enter(step), _model.Encoder.ConditionsOf(step.Tokens, step.Count).LogitBias);
    }

    private Tensor Forward(int group, Tensor x, StepTensors step, MaskedImages images, Tensor? logitBias)
    {
        using var stage = StageClock.Time(group == 0 ? StepStage.Encoder : StepStage.Decoder);
        return group == 0 ? _stacks[group].Forward(x, step.Count, new BranchScales(images.BranchScales, step.Count), logitBias) : _stacks[group].Forward(x, step.Count);
    }

    private Tensor Leave(int group, Tensor y, StepTensors step)
    {
        using var stage = StageClock.Time(StepStage.Loss);
        return _model.Leave(group, y, step);
    }

    private (Tensor Loss, Tensor Errors) LossOf(Tensor predictions, StepTensors step, long count, Tensor? predictedLosses)
    {
        using var stage = StageClock.Time(StepStage.Loss);
        return _objective.Of(predictions, step, count, predictedLosses);
    }

    private Tensor Backward(int group, Tensor gradient, Tensor? logitBiasGradient)
    {
        using var stage = StageClock.Time(group == 0 ? StepStage.BackwardEncoder : StepStage.BackwardDecoder);
        return _stacks[group].Backward(gradient, logitBiasGradient);
    }

    private static void GoBack(Action throughRest)
    {
        using var stage = StageClock.Time(StepStage.BackwardRest);
        throughRest();
    }
}
