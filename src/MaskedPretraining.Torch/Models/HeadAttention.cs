using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>Multi-head attention between queries, keys and values: <c>softmax(q k' / sqrt(d) + bias) v</c> for each head.</summary>
internal static class HeadAttention
{
    /// <summary>As libtorch's one operation on CUDA, which need not write the matrix of weights down; as products on the CPU, where that is faster for the short sequences of visible patches.</summary>
    /// <param name="qkv">What the one linear layer for all three makes: q, k, v side by side, heads side by side in each, <c>[B*n, 3D]</c>.</param>
    /// <param name="batch">Images B.</param>
    /// <param name="heads">Heads h.</param>
    /// <param name="bias">Added to the logits, <c>[B or 1, h, n, n]</c>; null for none.</param>
    /// <returns>Heads side by side, <c>[B*n, D]</c>.</returns>
    public static Tensor Of(Tensor qkv, long batch, int heads, Tensor? bias) =>
        qkv.device_type == DeviceType.CUDA ? Fused(qkv, batch, heads, bias) : Written(qkv, batch, heads, bias);

    /// <summary><see cref="Of"/> as one operation of libtorch.</summary>
    /// <inheritdoc cref="Of"/>
    public static Tensor Fused(Tensor qkv, long batch, int heads, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        long tokens = qkv.shape[0] / batch, width = qkv.shape[1] / 3;
        var parts = qkv.view(batch, tokens, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);        // 3 x [B, h, n, d]
        return F.scaled_dot_product_attention(parts[0], parts[1], parts[2], bias)                             // [B, h, n, d]
            .transpose(1, 2)
            .reshape(batch * tokens, width).MoveToOuterDisposeScope();
    }

    /// <summary><see cref="Of"/> as products.</summary>
    /// <inheritdoc cref="Of"/>
    public static Tensor Written(Tensor qkv, long batch, int heads, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        long tokens = qkv.shape[0] / batch, width = qkv.shape[1] / 3, headWidth = width / heads;
        var parts = qkv
            .view(batch, tokens, 3, heads, headWidth)
            .permute(2, 0, 3, 1, 4)                                                                           // [3, B, h, n, d]
            .reshape(3, batch * heads, tokens, headWidth)
            .unbind(0);                                                                                       // 3 x [B*h, n, d]
        var logits = ScaledLogits(parts[0], parts[1].transpose(1, 2));                                        // [B*h, n, n]
        logits = bias is null ? logits : Add(bias, logits, batch, heads);
        return bmm(logits.softmax(-1), parts[2])                                                              // [B*h, n, d]
            .view(batch, heads, tokens, headWidth)
            .transpose(1, 2)
            .reshape(batch * tokens, width).MoveToOuterDisposeScope();
    }

    /// <summary>Adds a bias <c>[B or 1, h, q, n]</c> to logits <c>[B*h, q, n]</c>.</summary>
    public static Tensor Add(Tensor bias, Tensor logits, long batch, int heads)
    {
        long[] shape = logits.shape;
        return logits.view(batch, heads, shape[1], shape[2]).add(bias).view(shape);
    }

    /// <summary><c>q k / sqrt(d)</c>. The query is scaled, as it is the smaller factor but for the shortest sequences.</summary>
    /// <param name="query"><c>[B*h, q, d]</c>.</param>
    /// <param name="keys"><c>[B*h, d, n]</c>.</param>
    public static Tensor ScaledLogits(Tensor query, Tensor keys)
    {
        using Scalar scale = 1 / Math.Sqrt(query.shape[2]);
        using var scaled = query.mul(scale);
        return bmm(scaled, keys);
    }
}
