namespace MaskedPretraining.Core.Evaluation;

/// <summary>A trained linear probe in managed memory: batch normalisation without scale and shift, then a linear layer (MAE's protocol).</summary>
/// <param name="RunningMean">Mean of each feature, <c>[D]</c>.</param>
/// <param name="RunningVariance">Variance of each feature, <c>[D]</c>.</param>
/// <param name="Epsilon">Added to the variance inside the root; MAE has 1e-6.</param>
/// <param name="Weight">Weights of the linear layer, <c>[K, D]</c> row by row.</param>
/// <param name="Bias">Bias of the linear layer, <c>[K]</c>.</param>
/// <param name="ClassNames">Names of the classes, <c>[K]</c>, in the order of the rows; null if they are only numbered.</param>
/// <remarks>Logits are <c>Weight ((x - RunningMean) / sqrt(RunningVariance + Epsilon)) + Bias</c>.</remarks>
public sealed record LinearProbeWeights(float[] RunningMean, float[] RunningVariance, double Epsilon, float[] Weight, float[] Bias, IReadOnlyList<string>? ClassNames = null)
{
    /// <summary>Numbers in a feature vector D.</summary>
    public int Width => RunningMean.Length;

    /// <summary>Number of classes K.</summary>
    public int Classes => Bias.Length;

    /// <summary>A linear layer without batch normalisation: mean 0, variance 1, epsilon 0.</summary>
    /// <param name="width">Numbers in a feature vector D.</param>
    /// <param name="weight">Weights, <c>[K, D]</c> row by row.</param>
    /// <param name="bias">Bias, <c>[K]</c>.</param>
    /// <param name="classNames">Names of the classes, <c>[K]</c>; null if they are only numbered.</param>
    public static LinearProbeWeights Plain(int width, float[] weight, float[] bias, IReadOnlyList<string>? classNames = null)
    {
        var variance = new float[width];
        Array.Fill(variance, 1);
        return new LinearProbeWeights(new float[width], variance, 0, weight, bias, classNames);
    }

    /// <summary>The same classifier without batch normalisation, which goes into weights and bias; worked out in double precision and rounded once.</summary>
    public LinearProbeWeights WithoutBatchNorm()
    {
        var (weight, bias) = (new float[Weight.Length], new float[Classes]);
        for (int label = 0; label < Classes; label++)
        {
            double sum = Bias[label];
            for (int index = 0; index < Width; index++)
            {
                double scaled = Weight[(label * Width) + index] / Math.Sqrt(RunningVariance[index] + Epsilon);
                weight[(label * Width) + index] = (float)scaled;
                sum -= scaled * RunningMean[index];
            }

            bias[label] = (float)sum;
        }

        return Plain(Width, weight, bias, ClassNames);
    }
}
