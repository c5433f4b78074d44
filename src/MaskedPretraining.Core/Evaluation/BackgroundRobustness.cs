namespace MaskedPretraining.Core.Evaluation;

/// <summary>How much a classifier leans on backgrounds: its accuracy where they agree with the class, and where they lie (Xiao et al. 2021).</summary>
/// <param name="AgreeingAccuracy">Accuracy on objects before backgrounds of their own class, 0 to 1.</param>
/// <param name="LyingAccuracy">Accuracy on the same kinds of objects before backgrounds of other classes, 0 to 1.</param>
public readonly record struct BackgroundRobustness(double AgreeingAccuracy, double LyingAccuracy)
{
    /// <summary>What is lost when the background lies; 0 for a classifier that looks at the object only.</summary>
    public double Gap => AgreeingAccuracy - LyingAccuracy;
}
