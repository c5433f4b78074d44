using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

/// <summary>HPM's loss written down patch by patch: all outputs of the second decoder averaged, all pairs of an image's masked patches looped over. One image at a time, in the image's order.</summary>
internal static class HardPatchReference
{
    /// <summary>Reconstruction loss and loss of the predicted losses, a scalar that autograd has recorded.</summary>
    public static Tensor Loss(MaskedAutoencoder model, VisionTransformerOptions options, CodedImages images, bool normalize, LossPredictionForm form)
    {
        using var scope = NewDisposeScope();
        Tensor errorSum = zeros(1), predictionSum = zeros(1);
        int masked = images.MaskedTotal / images.Count;
        for (int image = 0; image < images.Count; image++)
        {
            var tokens = AutoencoderReference.DecoderTokens(model, options, images, image);
            var errors = AutoencoderReference.Errors(model, options, images, image, normalize, tokens);
            int[] codes = [.. images.Codes[image].Where(code => code != -1)];
            var all = Predictions(model, options, tokens);
            Tensor[] predicted = [.. Enumerable.Range(0, codes.Length).Where(place => codes[place] == 1).Select(place => all[place + 1])];
            float[] actual = [.. errors.Select(error => error.ToSingle())];
            errorSum = errors.Aggregate(errorSum, (sum, error) => sum.add(error));
            predictionSum = predictionSum.add(form == LossPredictionForm.Relative ? PairSum(predicted, actual) : DistanceSum(predicted, actual));
        }

        double count = form == LossPredictionForm.Relative ? images.MaskedTotal * (masked - 1) / 2.0 : images.MaskedTotal;
        return errorSum.div(images.MaskedTotal).add(predictionSum.div(count)).squeeze().MoveToOuterDisposeScope();
    }

    /// <summary>What the second decoder says of every token, <c>[n]</c>.</summary>
    public static Tensor Predictions(MaskedAutoencoder model, VisionTransformerOptions options, Tensor tokens) => AutoencoderReference
        .Project(model, options, model.Losses!.Blocks.Forward(tokens, new BlockConditions(1)), "decoder_norm_losspred", "decoder_pred_losspred").mean(new long[] { 1 });

    private static Tensor PairSum(Tensor[] predicted, float[] actual)
    {
        var sum = zeros(1);
        for (int i = 0; i < actual.Length; i++)
        {
            for (int j = 0; j < actual.Length; j++)
            {
                sum = actual[i] > actual[j] ? sum.sub(predicted[i].sub(predicted[j]).sigmoid().add(1e-6).log()) : sum;
            }
        }

        return sum;
    }

    private static Tensor DistanceSum(Tensor[] predicted, float[] actual)
    {
        double mean = actual.Average(), deviation = Math.Sqrt((actual.Sum(loss => (loss - mean) * (loss - mean)) / (actual.Length - 1)) + 1e-6);
        return predicted.Zip(actual).Aggregate(zeros(1), (sum, pair) => sum.add(pair.First.sub((pair.Second - mean) / deviation).square()));
    }
}
