using System.Numerics.Tensors;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Masking;

/// <summary>How well the losses of a batch's masked patches were predicted.</summary>
internal static class HardPatchScores
{
    /// <summary>Measures a batch after its pass.</summary>
    /// <param name="images">With errors and predicted losses; the hard patches are the first of each image's masked ones.</param>
    /// <param name="hard">How many they are.</param>
    public static LearnedMaskingMetrics Of(MaskedImages images, int hard)
    {
        ReadOnlySpan<float> errors = images.Errors.Span, predicted = images.PredictedLosses.Span;
        int masked = errors.Length / images.Count;
        double hardSum = 0;
        long pairs = 0, right = 0;
        for (int image = 0; image < images.Count; image++)
        {
            var own = errors.Slice(image * masked, masked);
            hardSum += TensorPrimitives.Sum(own[..hard]);
            Compare(own, predicted.Slice(image * masked, masked), ref pairs, ref right);
        }

        double all = TensorPrimitives.Sum(errors);
        return new LearnedMaskingMetrics
        {
            ReconstructionLoss = all / errors.Length,
            LossOrderAgreement = pairs == 0 ? null : (double)right / pairs,
            HardShare = (double)hard / masked,
            HardLoss = hard == 0 ? null : hardSum / (images.Count * hard),
            OtherLoss = hard == masked ? null : (all - hardSum) / (images.Count * (masked - hard)),
        };
    }

    private static void Compare(ReadOnlySpan<float> actual, ReadOnlySpan<float> predicted, ref long pairs, ref long right)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            for (int j = 0; j < actual.Length; j++)
            {
                if (actual[i] > actual[j])
                {
                    pairs++;
                    right += predicted[i] > predicted[j] ? 1 : 0;
                }
            }
        }
    }
}
