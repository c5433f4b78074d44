using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>
/// The same autoencoder with every channel of its blocks several times, so that heads narrower than a vector suit the kernels. Mean and variance of copies are those of one; products divide by
/// their number, and queries by its root, as the kernels' logits then have more terms and a smaller factor. What is not a block stays narrow.
/// </summary>
internal sealed class WidenedAutoencoder : MaskedImageModel
{
    private readonly MaskedImageModel _narrow;
    private readonly int _copies;

    private WidenedAutoencoder(MaskedImageModel narrow, VisionTransformerOptions encoder, MaeDecoderOptions decoder, int copies, ParameterArena parameters)
        : base(encoder, parameters)
    {
        (_narrow, _copies) = (narrow, copies);
        Groups = [Encoder.Blocks, new BlockGroup(parameters, "decoder_blocks.", Widened(narrow.Groups[1].Shape, copies))];
        using var frozen = no_grad();
        foreach (var spec in BlockSpecs())
        {
            using var scope = NewDisposeScope();
            Parameters[spec.Name].copy_(Copied(narrow.Parameters[spec.Name].mul(FactorsOf(spec))));
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockGroup> Groups { get; }

    /// <summary>Widens a model as far as the kernels need.</summary>
    public static WidenedAutoencoder Of(MaskedImageModel narrow, VisionTransformerOptions encoder, MaeDecoderOptions decoder)
    {
        int copies = 1;
        while (!narrow.Groups.All(group => Widened(group.Shape, copies).SuitsKernels))
        {
            copies++;
        }

        (encoder, decoder) = (encoder.Clone(), decoder.Clone());
        (encoder.Width, decoder.Width) = (copies * encoder.Width, copies * decoder.Width);
        var specs = MaskedAutoencoder.Declare(encoder, decoder, encoder.PatchLength, InitializationScheme.Mae);
        return new WidenedAutoencoder(narrow, encoder, decoder, copies, new ParameterArena([.. specs], ScalarType.Float32, CPU));
    }

    /// <inheritdoc/>
    public override Tensor Enter(StepTensors step) => Copied(_narrow.Enter(step), rows: false);

    /// <inheritdoc/>
    public override Tensor Leave(int group, Tensor y, StepTensors step)
    {
        var next = _narrow.Leave(group, y.view(y.shape[0], -1, _copies).mean(new long[] { 2 }), step);
        return group == 0 ? Copied(next, rows: false) : next;
    }

    /// <summary>Adds the gradients of the copies to those of the narrow blocks.</summary>
    public void AddGradientsToNarrow()
    {
        using var frozen = no_grad();
        foreach (var spec in BlockSpecs())
        {
            using var scope = NewDisposeScope();
            var wide = Parameters[spec.Name].grad!;
            var sums = spec.Shape.Length == 1
                ? wide.view(spec.Shape[0], _copies).sum(1)
                : wide.view(spec.Shape[0], _copies, spec.Shape[1], _copies).sum(3).sum(1);
            _narrow.Parameters[spec.Name].grad!.add_(sums.mul(FactorsOf(spec)));
        }
    }

    /// <inheritdoc/>
    public override MaskedImageModel Over(ParameterArena parameters) => throw new NotSupportedException("One core does for a case.");

    private static StackShape Widened(StackShape shape, int copies) => shape with { Width = copies * shape.Width, Hidden = copies * shape.Hidden };

    private IEnumerable<ParameterSpec> BlockSpecs() => _narrow.Parameters.Specs.Where(spec => _narrow.Groups.Any(group => spec.Name.StartsWith(group.Prefix, StringComparison.Ordinal)));

    // What a narrow weight is multiplied by, one number a row.
    private Tensor FactorsOf(ParameterSpec spec)
    {
        bool isMatrix = spec.Shape.Length == 2;
        var factors = ones(spec.Shape[0]).div(isMatrix ? _copies : 1);
        if (spec.Name.Contains("attn.qkv", StringComparison.Ordinal))
        {
            factors.narrow(0, 0, spec.Shape[0] / 3).div_(Math.Sqrt(_copies));
        }

        return isMatrix ? factors.unsqueeze(1) : factors;
    }

    private Tensor Copied(Tensor x, bool rows = true)
    {
        x = rows ? x.repeat_interleave(_copies, 0) : x;
        return x.dim() == 1 ? x : x.repeat_interleave(_copies, 1);
    }
}
