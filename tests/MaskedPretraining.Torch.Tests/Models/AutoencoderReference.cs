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

    /// <summary>What the decoder's first block sees of an image: class token and patches that are not thrown, in the image's order, <c>[1+k, d]</c>.</summary>
    public static Tensor DecoderTokens(MaskedAutoencoder model, VisionTransformerOptions options, CodedImages images, int image)
    {
        using var scope = NewDisposeScope();
        var parameters = model.Parameters;
        int[] codes = images.Codes[image];
        var everyToken = arange(options.Grid.Count + 1, ScalarType.Int64);
        var all = cat(new[] { parameters["cls_token"].view(1, -1), model.Encoder.EmbedPatches(Patches(options, images, image)) }, 0).add(model.Encoder.Positions!.Rows(everyToken));
        var encoded = model.Encoder.Normalize(model.Encoder.Blocks.Forward(all.index_select(0, Where(codes, code => code == 0)), new BlockConditions(1)));
        var embedded = F.linear(encoded, parameters["decoder_embed.weight"], parameters["decoder_embed.bias"]);                       // [1+v, d]
        var placed = new List<Tensor> { embedded[0] };
        int visible = 1;
        foreach (int code in codes)
        {
            placed.Add(code == 0 ? embedded[visible++] : parameters["mask_token"].view(-1));
        }

        return stack(placed).add(model.Decoder.Positions.Rows(everyToken)).index_select(0, Where(codes, code => code != -1)).MoveToOuterDisposeScope();
    }

    /// <summary>The mean squared error of each masked patch of an image, in the image's order.</summary>
    /// <param name="tokens">Those of <see cref="DecoderTokens"/>.</param>
    public static List<Tensor> Errors(MaskedAutoencoder model, VisionTransformerOptions options, CodedImages images, int image, bool normalize, Tensor tokens)
    {
        int[] codes = images.Codes[image];
        var patches = Patches(options, images, image);
        var targets = normalize ? Normalized(patches) : patches;
        var predictions = Project(model, options, model.Decoder.Blocks.Forward(tokens, new BlockConditions(1)), "decoder_norm", "decoder_pred");
        int[] kept = [.. Enumerable.Range(0, codes.Length).Where(patch => codes[patch] != -1)];
        return [.. Enumerable.Range(0, kept.Length).Where(place => codes[kept[place]] == 1).Select(place => predictions[place + 1].sub(targets[kept[place]]).square().mean())];
    }

    /// <summary>The end of a decoder: normalisation and projection, <c>[n, F]</c>.</summary>
    public static Tensor Project(MaskedAutoencoder model, VisionTransformerOptions options, Tensor y, string norm, string prediction)
    {
        var parameters = model.Parameters;
        y = F.layer_norm(y, new[] { y.shape[1] }, parameters[$"{norm}.weight"], parameters[$"{norm}.bias"], options.LayerNormEpsilon);
        return F.linear(y, parameters[$"{prediction}.weight"], parameters[$"{prediction}.bias"]);
    }

    private static Tensor SumOfImage(MaskedAutoencoder model, VisionTransformerOptions options, CodedImages images, int image, bool normalize) =>
        Errors(model, options, images, image, normalize, DecoderTokens(model, options, images, image)).Aggregate(zeros(1), (sum, error) => sum.add(error));

    private static Tensor Patches(VisionTransformerOptions options, CodedImages images, int image)
    {
        using var scaling = new PixelScaling(options, CPU);
        return scaling.Apply(TensorMemory.From(images.PixelsOf(image), ScalarType.Byte, CPU, options.Grid.Count, options.PatchLength));     // [N, P*P*C]
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
