namespace MaskedPretraining.Torch.Optimization;

/// <summary>The numbers of one AdamW step, worked out once in double precision.</summary>
internal readonly record struct AdamWCoefficients(
    float Beta1,
    float GradientToFirst,
    float Beta2,
    float GradientToSecond,
    float Epsilon,
    float Shrink,
    float StepSize,
    float InverseSqrtCorrection2)
{
    /// <param name="options">The optimizer's constants.</param>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="learningRate">This step's learning rate.</param>
    /// <param name="weightDecay">The decay of the range.</param>
    /// <param name="gradientScale">What gradients are multiplied by; it goes into the factors of the moments, so that scaling costs nothing.</param>
    public static AdamWCoefficients At(AdamWOptions options, long step, double learningRate, double weightDecay, double gradientScale = 1) => new(
        (float)options.Beta1,
        (float)((1 - options.Beta1) * gradientScale),
        (float)options.Beta2,
        (float)((1 - options.Beta2) * gradientScale * gradientScale),
        (float)options.Epsilon,
        (float)(1 - (learningRate * weightDecay)),
        (float)(learningRate / (1 - Math.Pow(options.Beta1, step))),
        (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, step))));
}
