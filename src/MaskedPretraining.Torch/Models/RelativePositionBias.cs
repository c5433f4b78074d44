using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>A trained bias on the attention logits for each offset between two patches and each head; three more rows for pairs with the class token (BEiT, SimMIM).</summary>
internal sealed class RelativePositionBias : IDisposable
{
    private const string Name = "rel_pos_bias.relative_position_bias_table";
    private readonly Tensor _table;
    private readonly Tensor _rows;
    private readonly long _tokens;
    private readonly long _heads;

    public RelativePositionBias(PatchGrid grid, int heads, ParameterArena parameters)
    {
        (_table, _tokens, _heads) = (parameters[Name], grid.Count + 1, heads);
        using var scope = NewDisposeScope();
        var rows = RelativePositionIndex.Of(grid);
        _rows = TensorMemory.From<long>(rows, ScalarType.Int64, parameters.Values.device, rows.Length).DetachFromDisposeScope();
    }

    /// <summary>Declares the table, <c>[(2R-1)(2C-1)+3, h]</c>, zero at first.</summary>
    public static ParameterSpec Declare(PatchGrid grid, int heads) => new(Name, [RelativePositionIndex.RowsOf(grid), heads], Initial.Zeros);

    /// <summary>The bias between the tokens of each image.</summary>
    /// <param name="tokens">Token numbers <c>[B*n]</c>, 0 for the class token, ascending in each image.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B, h, n, n]</c>, or <c>[1, h, n, n]</c> if every image has all tokens.</returns>
    public Tensor Between(Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        long count = tokens.shape[0] / batch;
        var all = _table.index_select(0, _rows).view(_tokens, _tokens, _heads).permute(2, 0, 1).unsqueeze(0);   // [1, h, 1+N, 1+N]
        if (count == _tokens)
        {
            return all.contiguous().MoveToOuterDisposeScope();
        }

        var queries = tokens.view(batch, 1, count, 1).expand(batch, _heads, count, _tokens);
        var keys = tokens.view(batch, 1, 1, count).expand(batch, _heads, count, count);
        return all.expand(batch, _heads, _tokens, _tokens).gather(2, queries).gather(3, keys).MoveToOuterDisposeScope();
    }

    public void Dispose() => _rows.Dispose();
}
