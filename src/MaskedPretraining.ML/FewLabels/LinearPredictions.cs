using System.Numerics.Tensors;
using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.ML.FewLabels;

/// <summary>What a trained linear probe predicts, in managed code.</summary>
internal static class LinearPredictions
{
    /// <returns>The class with the greatest logit of each row; the lower number if two are equal.</returns>
    public static int[] Of(LinearProbeWeights probe, FeatureMatrix rows)
    {
        float[] scale = [.. probe.RunningVariance.Select(variance => (float)(1 / Math.Sqrt(variance + probe.Epsilon)))];
        var predictions = new int[rows.Rows];
        var normalized = new float[probe.Width];
        var logits = new float[probe.Classes];
        for (int row = 0; row < predictions.Length; row++)
        {
            TensorPrimitives.Subtract(rows.Row(row), probe.RunningMean, normalized);
            TensorPrimitives.Multiply(normalized, scale, normalized);
            for (int label = 0; label < logits.Length; label++)
            {
                logits[label] = probe.Bias[label] + TensorPrimitives.Dot(normalized, probe.Weight.AsSpan(label * probe.Width, probe.Width));
            }

            predictions[row] = TensorPrimitives.IndexOfMax<float>(logits);
        }

        return predictions;
    }
}
