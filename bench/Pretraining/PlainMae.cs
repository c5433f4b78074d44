using MaskedPretraining.Bench.Optimizer;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>
/// The baseline: a masked autoencoder (He et al. 2022) written operation by operation as one would first write it. Every patch is embedded, every patch is
/// predicted, images are patchified on the way, AdamW is a loop over parameters, and nothing is said about threads, memory or precision.
/// </summary>
internal sealed class PlainMae : IDisposable
{
    private const double Epsilon = 1e-6;
    private readonly BenchShape _shape;
    private readonly Dictionary<string, Tensor> _parameters = [];
    private readonly Generator _generator = new(1);
    private readonly Tensor _encoderPositions;
    private readonly Tensor _decoderPositions;
    private readonly PlainAdamW _optimizer;

    public PlainMae(BenchShape shape)
    {
        _shape = shape;
        Linear("patch_embed", shape.PatchLength, shape.Width);
        Add("cls_token", randn(new long[] { 1, 1, shape.Width }, generator: _generator).mul_(0.02));
        Add("mask_token", randn(new long[] { 1, 1, shape.DecoderWidth }, generator: _generator).mul_(0.02));
        Blocks("blocks", shape.Width, shape.Depth);
        Norm("norm", shape.Width);
        Linear("decoder_embed", shape.Width, shape.DecoderWidth);
        Blocks("decoder_blocks", shape.DecoderWidth, shape.DecoderDepth);
        Norm("decoder_norm", shape.DecoderWidth);
        Linear("decoder_pred", shape.DecoderWidth, shape.PatchLength);
        _encoderPositions = randn(new long[] { 1, shape.Patches + 1, shape.Width }, generator: _generator).mul_(0.02);
        _decoderPositions = randn(new long[] { 1, shape.Patches + 1, shape.DecoderWidth }, generator: _generator).mul_(0.02);
        _optimizer = new PlainAdamW([.. _parameters.Values]);
    }

    /// <summary>One training step.</summary>
    /// <param name="pixels">Bytes <c>[B, H, W, C]</c>.</param>
    /// <returns>The loss.</returns>
    public float Step(byte[] pixels)
    {
        using var scope = NewDisposeScope();
        _optimizer.ZeroGradients();
        var images = tensor(pixels, new long[] { _shape.Batch, _shape.Side, _shape.Side, _shape.Channels }).to(ScalarType.Float32).div(255f)
            .sub(0.5f).div(0.25f).permute(0, 3, 1, 2).contiguous();
        var loss = Loss(images);
        loss.backward();
        _optimizer.Step(1e-3);
        return loss.ToSingle();
    }

    public void Dispose()
    {
        foreach (var tensor in _parameters.Values)
        {
            tensor.Dispose();
        }

        _optimizer.Dispose();
        _encoderPositions.Dispose();
        _decoderPositions.Dispose();
        _generator.Dispose();
    }

    private Tensor Loss(Tensor images)
    {
        long batch = _shape.Batch, patches = _shape.Patches, kept = _shape.Visible;
        var flat = Patchify(images);                                                               // [B, N, P*P*C]
        var x = F.linear(flat, _parameters["patch_embed.weight"], _parameters["patch_embed.bias"]);
        x = x + _encoderPositions.narrow(1, 1, patches);

        var order = rand(new[] { batch, patches }, generator: _generator).argsort(1);
        var restore = order.argsort(1);
        var keep = order.narrow(1, 0, kept);
        x = x.gather(1, keep.unsqueeze(-1).expand(-1, -1, _shape.Width));
        var mask = ones(batch, patches);
        mask.narrow(1, 0, kept).fill_(0);
        mask = mask.gather(1, restore);

        var cls = _parameters["cls_token"] + _encoderPositions.narrow(1, 0, 1);
        x = cat(new[] { cls.expand(batch, -1, -1), x }, 1);
        for (int i = 0; i < _shape.Depth; i++)
        {
            x = Block(x, $"blocks.{i}", _shape.Heads);
        }

        x = Normalized(x, "norm");
        x = F.linear(x, _parameters["decoder_embed.weight"], _parameters["decoder_embed.bias"]);
        var missing = _parameters["mask_token"].expand(batch, patches - kept, -1);
        var all = cat(new[] { x.narrow(1, 1, kept), missing }, 1).gather(1, restore.unsqueeze(-1).expand(-1, -1, _shape.DecoderWidth));
        x = cat(new[] { x.narrow(1, 0, 1), all }, 1) + _decoderPositions;
        for (int i = 0; i < _shape.DecoderDepth; i++)
        {
            x = Block(x, $"decoder_blocks.{i}", _shape.DecoderHeads);
        }

        x = F.linear(Normalized(x, "decoder_norm"), _parameters["decoder_pred.weight"], _parameters["decoder_pred.bias"]).narrow(1, 1, patches);
        var mean = flat.mean(new long[] { -1 }, keepdim: true);
        var target = (flat - mean) / (flat.var(-1, unbiased: true, keepdim: true) + 1e-6f).sqrt();
        var error = (x - target).pow(2).mean(new long[] { -1 });
        return (error * mask).sum() / mask.sum();
    }

    private Tensor Block(Tensor x, string name, int heads)
    {
        x = x + Attention(Normalized(x, $"{name}.norm1"), name, heads);
        var hidden = F.gelu(F.linear(Normalized(x, $"{name}.norm2"), _parameters[$"{name}.fc1.weight"], _parameters[$"{name}.fc1.bias"]));
        return x + F.linear(hidden, _parameters[$"{name}.fc2.weight"], _parameters[$"{name}.fc2.bias"]);
    }

    private Tensor Attention(Tensor x, string name, int heads)
    {
        long batch = x.shape[0], tokens = x.shape[1], width = x.shape[2];
        var qkv = F.linear(x, _parameters[$"{name}.qkv.weight"], _parameters[$"{name}.qkv.bias"])
            .reshape(batch, tokens, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);
        var attention = (matmul(qkv[0], qkv[1].transpose(-2, -1)) * (1 / Math.Sqrt(width / heads))).softmax(-1);
        return F.linear(matmul(attention, qkv[2]).transpose(1, 2).reshape(batch, tokens, width), _parameters[$"{name}.proj.weight"], _parameters[$"{name}.proj.bias"]);
    }

    private Tensor Normalized(Tensor x, string name) => F.layer_norm(x, new[] { x.shape[^1] }, _parameters[$"{name}.weight"], _parameters[$"{name}.bias"], Epsilon);

    private Tensor Patchify(Tensor images)
    {
        int side = _shape.Side / _shape.Patch;
        return images.reshape(_shape.Batch, _shape.Channels, side, _shape.Patch, side, _shape.Patch).permute(0, 2, 4, 3, 5, 1).reshape(_shape.Batch, _shape.Patches, _shape.PatchLength);
    }

    private void Blocks(string name, int width, int depth)
    {
        for (int i = 0; i < depth; i++)
        {
            Norm($"{name}.{i}.norm1", width);
            Linear($"{name}.{i}.qkv", width, 3 * width);
            Linear($"{name}.{i}.proj", width, width);
            Norm($"{name}.{i}.norm2", width);
            Linear($"{name}.{i}.fc1", width, 4 * width);
            Linear($"{name}.{i}.fc2", 4 * width, width);
        }
    }

    private void Linear(string name, int inputs, int outputs)
    {
        Add($"{name}.weight", randn(outputs, inputs, generator: _generator).mul_(Math.Sqrt(2.0 / (inputs + outputs))));
        Add($"{name}.bias", zeros(outputs));
    }

    private void Norm(string name, int width)
    {
        Add($"{name}.weight", ones(width));
        Add($"{name}.bias", zeros(width));
    }

    private void Add(string name, Tensor value) => _parameters.Add(name, value.requires_grad_().DetachFromDisposeScope());
}
