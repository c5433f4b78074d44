using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Tests.Models;

/// <summary>
/// AMT's loss on a masked autoencoder as its authors write it: a mask token for each patch that is not visible, thrown ones too, all brought into the image's order with all positions
/// added; then tokens with code -1 are deleted, everything left is predicted, and errors are averaged under the mask. One image at a time.
/// </summary>
internal static class AutoencoderReference
{
    /// <summary>The loss of a batch, a scalar that autograd has recorded.</summary>
    public static Tensor Loss(MaskedAutoencoder model, VisionTransformerOptions options, CodedImages images, bool normalize)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(1);
        for (int image = 0; image < images.Count; image++)
        {
            sum = sum.add(SumOfImage(model, options, images, image, normalize));
        }

        return sum.div(images.MaskedTotal).squeeze().MoveToOuterDisposeScope();
    }

    private static Tensor SumOfImage(MaskedAutoencoder model, VisionTransformerOptions options, CodedImages images, int image, bool normalize)
    {
        using var scaling = new PixelScaling(options, CPU);
        var parameters = model.Parameters;
        int count = options.Grid.Count;
        int[] codes = images.Codes[image];
        var everyToken = arange(count + 1, ScalarType.Int64);
        var patches = scaling.Apply(TensorMemory.From(images.PixelsOf(image), ScalarType.Byte, CPU, count, options.PatchLength));     // [N, P*P*C]
        var all = cat(new[] { parameters["cls_token"].view(1, -1), model.Encoder.EmbedPatches(patches) }, 0).add(model.Encoder.Positions!.Rows(everyToken));
        var encoded = model.Encoder.Normalize(model.Encoder.Blocks.Forward(all.index_select(0, Where(codes, code => code == 0)), new BlockConditions(1)));
        var embedded = F.linear(encoded, parameters["decoder_embed.weight"], parameters["decoder_embed.bias"]);                       // [1+v, d]

        var placed = new List<Tensor> { embedded[0] };
        int visible = 1;
        foreach (int code in codes)
        {
            placed.Add(code == 0 ? embedded[visible++] : parameters["mask_token"].view(-1));
        }

        var decoded = stack(placed).add(model.Decoder.Positions.Rows(everyToken)).index_select(0, Where(codes, code => code != -1));
        decoded = model.Decoder.Blocks.Forward(decoded, new BlockConditions(1));
        decoded = F.layer_norm(decoded, new[] { decoded.shape[1] }, parameters["decoder_norm.weight"], parameters["decoder_norm.bias"], options.LayerNormEpsilon);
        var predictions = F.linear(decoded, parameters["decoder_pred.weight"], parameters["decoder_pred.bias"]);                       // [1+k, F]

        var targets = normalize ? Normalized(patches) : patches;
        int[] kept = [.. Enumerable.Range(0, count).Where(patch => codes[patch] != -1)];
        var sum = zeros(1);
        for (int place = 0; place < kept.Length; place++)
        {
            sum = codes[kept[place]] == 1 ? sum.add(predictions[place + 1].sub(targets[kept[place]]).square().mean()) : sum;
        }

        return sum;
    }

    private static Tensor Normalized(Tensor patches)
    {
        var centred = patches.sub(patches.mean(new long[] { 1 }, keepdim: true));
        return centred.div(centred.square().sum(1, keepdim: true).div(patches.shape[1] - 1).add(1e-6).sqrt());
    }

    // Class token first.
    private static Tensor Where(int[] codes, Predicate<int> isWanted)
    {
        long[] tokens = [0, .. Enumerable.Range(1, codes.Length).Where(token => isWanted(codes[token - 1])).Select(token => (long)token)];
        return TensorMemory.From<long>(tokens, ScalarType.Int64, CPU, tokens.Length);
    }
}
