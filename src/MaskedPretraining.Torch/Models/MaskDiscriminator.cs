using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>AutoMAE's discriminator (Chen et al. 2023): three spectrally normalised convolutions that tell masks of the generator from random rectangles, with scores without bounds.</summary>
/// <remarks>
/// Two layers of side 4 and stride 2 leave a quarter of the grid's rows and columns. The third layer has side 3, as in the released code, where so much is left, and covers what is left otherwise: 14x14
/// patches have one score as there, 18x18 have four, and 4x4 patches, which the released code cannot do, have one.
/// </remarks>
internal sealed class MaskDiscriminator : IDisposable
{
    /// <summary>Fewest rows and columns of patches.</summary>
    public const int MinimumSide = 4;

    private const double Leak = 0.2;
    private readonly PatchGrid _grid;
    private readonly double _mapScale;
    private readonly ParameterArena _parameters;
    private readonly SpectralConvolution[] _layers;

    /// <param name="options">Already validated.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for, in single precision; its gradients are the discriminator's alone.</param>
    public MaskDiscriminator(MaskDiscriminatorOptions options, PatchGrid grid, ParameterArena parameters)
    {
        (_grid, _mapScale, _parameters) = (grid, options.MapScale ?? grid.Count, parameters);
        _layers = [new("conv1", stride: 2, padding: 1, parameters), new("conv2", stride: 2, padding: 1, parameters), new("conv3", stride: 1, padding: 0, parameters)];
    }

    /// <summary>Declares the weights under the released names.</summary>
    /// <param name="grid">The grid of patches.</param>
    /// <exception cref="InvalidOptionsException">The grid is too small.</exception>
    public static IEnumerable<ParameterSpec> Declare(PatchGrid grid)
    {
        var errors = new OptionErrors();
        errors.Require(Math.Min(grid.Rows, grid.Columns) >= MinimumSide, "Grid", grid, $"have at least {MinimumSide} rows and {MinimumSide} columns of patches, since the discriminator halves it twice (take smaller patches or larger images)");
        errors.ThrowIfAny(nameof(MaskDiscriminator));
        return
        [
            SpectralConvolution.Declare("conv1", 16, 1, 4, 4),
            SpectralConvolution.Declare("conv2", 32, 16, 4, 4),
            SpectralConvolution.Declare("conv3", 1, 32, Math.Min(3, grid.Rows / 4), Math.Min(3, grid.Columns / 4)),
        ];
    }

    /// <summary>Draws first weights and vectors.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="first">Tensors of the run in other arenas, see <see cref="ParameterArena.Initialize"/>.</param>
    public void Initialize(ulong seed, int first)
    {
        _parameters.Initialize(seed, first);
        int next = first + _layers.Length;
        foreach (var layer in _layers)
        {
            layer.Initialize(new RandomStream(seed, RandomPurpose.Initialization, 0, next++), new RandomStream(seed, RandomPurpose.Initialization, 0, next++));
        }
    }

    /// <summary>Scores maps, and betters each layer's singular vectors, as every pass does.</summary>
    /// <param name="maps"><c>[B, N]</c>.</param>
    /// <param name="isFrozen">Whether the weights are constants for the gradient, as they are where the generator learns.</param>
    /// <returns>One or more scores a map, <c>[B, s]</c>; 1 stands for a rectangle, 0 for the generator.</returns>
    /// <exception cref="ArgumentException">The maps have another grid.</exception>
    public Tensor Forward(Tensor maps, bool isFrozen = false)
    {
        long[] shape = maps.shape;
        if (shape is not [_, var patches] || patches != _grid.Count)
        {
            throw new ArgumentException($"The discriminator takes maps of {_grid.Count} patches, [B, {_grid.Count}], but was given [{string.Join(", ", shape)}].", nameof(maps));
        }

        using var scope = NewDisposeScope();
        var x = maps.mul(_mapScale).reshape(shape[0], 1, _grid.Rows, _grid.Columns);
        x = F.leaky_relu(_layers[0].Forward(x, isFrozen), Leak);                                          // [B, 16, R/2, C/2]
        x = F.leaky_relu(_layers[1].Forward(x, isFrozen), Leak);                                          // [B, 32, R/4, C/4]
        return _layers[2].Forward(x, isFrozen).flatten(1).MoveToOuterDisposeScope();
    }

    /// <summary>The singular vectors, for a training state; the weights are the arena's to write.</summary>
    public IEnumerable<StreamedTensor> Stream() => _layers.SelectMany(layer => layer.Stream());

    /// <summary>Continues where a training state with the entries of <see cref="Stream"/> was written.</summary>
    public void Load(Func<string, TensorData> read)
    {
        foreach (var layer in _layers)
        {
            layer.Load(read);
        }
    }

    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }
    }
}
