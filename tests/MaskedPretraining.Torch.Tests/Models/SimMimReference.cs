using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Tests.Models;

/// <summary>SimMIM's loss written with codes, one image at a time: every patch is embedded and has a prediction's target, codes blend in the mask token, tokens with code -1 are deleted before the blocks.</summary>
internal static class SimMimReference
{
    /// <summary>The loss of a batch, a scalar that autograd has recorded.</summary>
    public static Tensor Loss(MaskedImageModel model, VisionTransformerOptions options, CodedImages images, Objective objective, bool weighted = false)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(1);
        for (int image = 0; image < images.Count; image++)
        {
            sum = sum.add(SumOfImage(model, options, images, image, objective, weighted));
        }

        return sum.div(images.MaskedTotal).squeeze().MoveToOuterDisposeScope();
    }

    private static Tensor SumOfImage(MaskedImageModel model, VisionTransformerOptions options, CodedImages images, int image, Objective objective, bool weighted)
    {
        using var scaling = new PixelScaling(options, CPU);
        var parameters = model.Parameters;
        int count = options.Grid.Count;
        int[] codes = images.Codes[image];
        var patches = scaling.Apply(TensorMemory.From(images.PixelsOf(image), ScalarType.Byte, CPU, count, options.PatchLength));     // [N, P*P*C]
        var isMasked = TensorMemory.From<float>([.. codes.Select(code => code == 1 ? 1f : 0f)], ScalarType.Float32, CPU, count, 1);
        var blended = model.Encoder.EmbedPatches(patches).mul(ones(count, 1).sub(isMasked)).add(parameters["mask_token"].view(1, -1).mul(isMasked));
        var all = cat(new[] { parameters["cls_token"].view(1, -1), blended }, 0);                                                     // [1+N, D]
        if (model.Encoder.Positions is { } positions)
        {
            all = all.add(positions.Rows(arange(count + 1, ScalarType.Int64)));
        }

        long[] kept = [0, .. Enumerable.Range(1, count).Where(token => codes[token - 1] != -1).Select(token => (long)token)];
        var tokens = model.Encoder.Normalize(model.Groups[0].Forward(all.index_select(0, Numbers(kept)), new BlockConditions(1, BiasOf(model, options, kept))));
        var predictions = F.linear(tokens, parameters["head.weight"], parameters["head.bias"]);                                        // [1+k, F]
        var everything = Numbers([.. Enumerable.Range(0, count).Select(patch => (long)patch)]);
        var targets = objective.Target.Of(new StepTensors(1, patches, everything, patches) { AllPatches = patches, MaskedNumbers = everything });

        var sum = zeros(1);
        for (int place = 1; place < kept.Length; place++)
        {
            int patch = (int)kept[place] - 1;
            if (codes[patch] == 1)
            {
                var difference = predictions[place].sub(targets[patch]);
                var error = (objective.Error == ReconstructionError.Absolute ? difference.abs() : difference.square()).mean();
                sum = sum.add(weighted ? error.mul(images.Weights[image][patch]) : error);
            }
        }

        return sum;
    }

    private static Tensor? BiasOf(MaskedImageModel model, VisionTransformerOptions options, long[] kept)
    {
        if (!model.Encoder.HasRelativePositions)
        {
            return null;
        }

        long[] rows = [.. kept.SelectMany(query => kept.Select(key => SlowRelativePositions.RowOf(options.Grid, query, key)))];
        return model.Parameters["rel_pos_bias.relative_position_bias_table"].index_select(0, Numbers(rows))
            .view(kept.Length, kept.Length, options.Heads).permute(2, 0, 1).unsqueeze(0);
    }

    private static Tensor Numbers(long[] numbers) => TensorMemory.From<long>(numbers, ScalarType.Int64, CPU, numbers.Length);
}
