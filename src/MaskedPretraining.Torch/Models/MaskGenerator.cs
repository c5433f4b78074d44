using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>
/// AutoMAE's mask generator (Chen et al. 2023): two 3x3 convolutions that turn the class token's attention, one channel a head, into the logarithm of each patch's probability to be among the
/// patches that are masked most.
/// </summary>
/// <remarks>The released generator has 12 heads and 14x14 patches written in. Its parameters are declared under its names and may lie with the autoencoder's or on their own.</remarks>
internal sealed class MaskGenerator
{
    /// <summary>What the names of its tensors begin with, as in the released code.</summary>
    public const string Prefix = "scorer_pred.";

    private const string First = Prefix + "main.0";
    private const string Second = Prefix + "main.2";
    private const int Side = 3;
    private static readonly long[] Padding = [Side / 2, Side / 2];
    private readonly PatchGrid _grid;
    private readonly long _heads;
    private readonly double _attentionScale;
    private readonly double _temperature;
    private readonly Tensor _firstWeight;
    private readonly Tensor _firstBias;
    private readonly Tensor _secondWeight;
    private readonly Tensor _secondBias;

    /// <param name="options">Already validated.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    public MaskGenerator(MaskGeneratorOptions options, PatchGrid grid, ParameterArena parameters)
    {
        (_grid, _temperature, _attentionScale) = (grid, options.Temperature, options.AttentionScale ?? grid.Count);
        (_firstWeight, _firstBias) = (parameters[$"{First}.weight"], parameters[$"{First}.bias"]);
        (_secondWeight, _secondBias) = (parameters[$"{Second}.weight"], parameters[$"{Second}.bias"]);
        _heads = _firstWeight.shape[1];
    }

    /// <summary>Declares the parameters with PyTorch's first values of convolutions: weights and biases even within 1 over the root of the inputs of an output.</summary>
    /// <param name="options">Already validated.</param>
    /// <param name="heads">Attention heads h of the provider.</param>
    public static IEnumerable<ParameterSpec> Declare(MaskGeneratorOptions options, int heads) => [.. Convolution(First, heads, options.Hidden), .. Convolution(Second, options.Hidden, 1)];

    /// <summary>Logarithms of probabilities.</summary>
    /// <param name="attention">Class token's attention without the class key, not renormalised, <c>[B, h, N]</c>. No gradient flows to it unless it asks for one.</param>
    /// <returns><c>[B, N]</c>, single precision; the exponentials of a row sum to 1.</returns>
    /// <exception cref="ArgumentException">The attention has other heads or another grid.</exception>
    public Tensor Forward(Tensor attention)
    {
        long[] shape = attention.shape;
        if (shape is not [_, var heads, var patches] || heads != _heads || patches != _grid.Count)
        {
            throw new ArgumentException($"The mask generator takes attention of {_heads} heads to {_grid.Count} patches, [B, {_heads}, {_grid.Count}], but was given [{string.Join(", ", shape)}]. Take an attention provider with {_heads} heads and the grid {_grid}.", nameof(attention));
        }

        using var scope = NewDisposeScope();
        var maps = attention.to(_firstWeight.dtype).mul(_attentionScale).reshape(shape[0], _heads, _grid.Rows, _grid.Columns);
        var hidden = F.relu(F.conv2d(maps, _firstWeight, _firstBias, padding: Padding));                  // [B, hidden, R, C]
        var scores = F.conv2d(hidden, _secondWeight, _secondBias, padding: Padding);                      // [B, 1, R, C]
        return scores.reshape(shape[0], _grid.Count).to(ScalarType.Float32).log_softmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>The Gumbel-Softmax sample: its K largest are K patches drawn by their probabilities without replacement.</summary>
    /// <param name="logits">As <see cref="Forward"/> gives them, <c>[B, N]</c>.</param>
    /// <param name="gumbel">Standard Gumbel numbers, <c>[B, N]</c>.</param>
    /// <returns>Positive numbers whose rows sum to 1, <c>[B, N]</c>.</returns>
    public Tensor Sample(Tensor logits, Tensor gumbel)
    {
        using var scope = NewDisposeScope();
        return logits.add(gumbel).div(_temperature).softmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>What the discriminator is shown in place of a sample: the probabilities with the noise that random rectangles have.</summary>
    /// <remarks>
    /// Not in the released code, which shows samples. Gumbel numbers make the largest of 196 values 0.29 on average where all logits are equal, and a random rectangle's maps stay below 0.013: the maximum
    /// alone tells them apart, whatever the generator does.
    /// </remarks>
    /// <param name="logits">As <see cref="Forward"/> gives them, <c>[B, N]</c>.</param>
    /// <param name="noise">Even in 0..1, <c>[B, N]</c>.</param>
    /// <returns>Positive numbers whose rows sum to 1, <c>[B, N]</c>.</returns>
    public static Tensor Jittered(Tensor logits, Tensor noise)
    {
        using var scope = NewDisposeScope();
        return logits.add(noise).softmax(1).MoveToOuterDisposeScope();
    }

    private static ParameterSpec[] Convolution(string name, int inputs, int outputs)
    {
        var uniform = Initial.Uniform(1 / Math.Sqrt(inputs * Side * Side));
        return [new($"{name}.weight", [outputs, inputs, Side, Side], uniform), new($"{name}.bias", [outputs], uniform)];
    }
}
