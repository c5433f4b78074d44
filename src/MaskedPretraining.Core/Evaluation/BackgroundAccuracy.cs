namespace MaskedPretraining.Core.Evaluation;

/// <summary>How often a classifier is right on one variant of the photos.</summary>
/// <param name="Images">Photos scored.</param>
/// <param name="Correct">Photos of which the class was named.</param>
public readonly record struct BackgroundAccuracy(int Images, int Correct)
{
    /// <summary>Share of right answers, 0 to 1; 0 without photos.</summary>
    public double Accuracy => Images == 0 ? 0 : (double)Correct / Images;
}
