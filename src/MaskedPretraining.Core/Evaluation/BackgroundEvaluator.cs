using MaskedPretraining.Core.Imaging.Backgrounds;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>Counts the right answers of a classifier on variants of photos, answer after answer. Not thread safe.</summary>
/// <param name="classMap">For each class of the classifier the photos' class that it belongs to, or <see cref="NoClass"/>: such an answer is never right. Null: both have the same classes. For ImageNet-9, <see cref="ImageNet9.ClassMap"/>.</param>
public sealed class BackgroundEvaluator(IReadOnlyList<int>? classMap = null)
{
    /// <summary>An answer that names none of the photos' classes.</summary>
    public const int NoClass = -1;

    private readonly SortedDictionary<BackgroundVariant, BackgroundAccuracy> _variants = [];

    /// <summary>Adds an answer.</summary>
    /// <param name="variant">Variant of the photo.</param>
    /// <param name="prediction">Class that the classifier names, from 0; or <see cref="NoClass"/>, which is never right.</param>
    /// <param name="label">The photo's class, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The class map does not have the predicted class.</exception>
    public void Add(BackgroundVariant variant, int prediction, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfLessThan(prediction, NoClass);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(prediction, classMap?.Count ?? int.MaxValue);
        int answer = prediction == NoClass || classMap is null ? prediction : classMap[prediction];
        var before = _variants.GetValueOrDefault(variant);
        _variants[variant] = new BackgroundAccuracy(before.Images + 1, before.Correct + (answer == label ? 1 : 0));
    }

    /// <summary>The accuracies so far.</summary>
    public BackgroundMetrics Result() => new(new SortedDictionary<BackgroundVariant, BackgroundAccuracy>(_variants));
}
