using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>One position vector a token, <c>[1+N, D]</c>, row 0 for the class token: MAE's fixed sine-cosine table or a trained one.</summary>
internal sealed class PositionTable : IDisposable
{
    private readonly string _name;
    private readonly long[] _shape;
    private readonly Tensor _table;
    private readonly float[]? _fixedValues;

    public PositionTable(string name, PositionEmbedding kind, PatchGrid grid, int width, ParameterArena parameters)
    {
        (_name, _shape) = (name, [1, grid.Count + 1, width]);
        if (kind == PositionEmbedding.Learned)
        {
            _table = parameters[name].view(-1, width).DetachFromDisposeScope();
            return;
        }

        _fixedValues = SinCosPositionTable.Create(grid, width, classToken: true);
        using var scope = NewDisposeScope();
        _table = TensorMemory.From<float>(_fixedValues, ScalarType.Float32, parameters.Values.device, grid.Count + 1, width)
            .to(parameters.ComputeValues.dtype).DetachFromDisposeScope();
    }

    /// <summary>The table's parameter, if it is trained.</summary>
    public static IEnumerable<ParameterSpec> Declare(string name, PositionEmbedding kind, PatchGrid grid, int width, InitializationScheme scheme) =>
        kind == PositionEmbedding.Learned ? [new(name, [1, grid.Count + 1, width], scheme.Token)] : [];

    /// <param name="tokens">Token numbers <c>[k]</c>, 0 for the class token.</param>
    /// <returns>Their positions, <c>[k, D]</c>.</returns>
    public Tensor Rows(Tensor tokens) => _table.index_select(0, tokens);

    /// <summary>Adds a fixed table to <paramref name="state"/>; a trained one is among the parameters.</summary>
    public void Store(StateDictionary state)
    {
        if (_fixedValues is not null)
        {
            state[_name] = TensorData.FromSingles(_fixedValues, _shape);
        }
    }

    public void Dispose() => _table.Dispose();
}
