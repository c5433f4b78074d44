using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.ML.Backgrounds;
using MaskedPretraining.ML.Comparison;

namespace MaskedPretraining.ML;

public sealed partial class EvaluationProtocol
{
    /// <summary>Accuracy on the test photos with object and background taken apart or mixed, of a classifier that learnt from the training images as they are.</summary>
    /// <param name="variant">What is done with the photos, see <see cref="MaskedPretrainingCatalog.EvaluateBackgrounds(Microsoft.ML.ITransformer, Microsoft.ML.IDataView, BackgroundEvaluationOptions?)"/>. The BG-Gap is the difference of the columns of MixedSame and MixedRandom.</param>
    /// <param name="maskColumnName">Masks of the objects in the test photos.</param>
    /// <param name="classifier">What learns; null: <see cref="FeatureClassifier.LinearProbe"/>.</param>
    /// <remarks>The seed decides whose background an object is put before. Variants that exist as images, as those of ImageNet-9, are data sets of their own.</remarks>
    public static EvaluationProtocol Backgrounds(BackgroundVariant variant, string maskColumnName = "Mask", FeatureClassifier? classifier = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(maskColumnName);
        if (!Enum.IsDefined(variant))
        {
            throw new ArgumentOutOfRangeException(nameof(variant), variant, "A variant of photos is needed.");
        }

        classifier ??= FeatureClassifier.LinearProbe();
        bool isDrawn = variant is BackgroundVariant.MixedSame or BackgroundVariant.MixedRandom or BackgroundVariant.MixedNext;
        ProtocolResult Run(EvaluationSubject subject, ulong seed, CancellationToken cancellation)
        {
            var options = new BackgroundEvaluationOptions
            {
                LabelColumnName = subject.Data.LabelColumnName,
                ImageColumnName = subject.Data.ImageColumnName,
                MaskColumnName = maskColumnName,
                Variants = [variant],
                Seed = seed,
            };
            using var photos = MaskedRows.Open(subject.Context, subject.Data.Test, options);
            var features = subject.FeaturesOf(photos.Compose().Single().Data);
            return new ProtocolResult(classifier.Accuracy(features.Train, features.Classes, features.Test, seed, cancellation));
        }

        return new EvaluationProtocol($"{variant}, {classifier}", $"backgrounds {variant}, {classifier.Settings}", isDrawn || classifier.IsSeeded, Run, maskColumnName);
    }
}
