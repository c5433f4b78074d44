using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Models;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>What a run starts from: an encoder, or a whole classifier.</summary>
/// <param name="Architecture">The encoder's shape; a copy.</param>
/// <param name="Weights">Tensors under timm's names; with a classifier those of pooling and head too.</param>
/// <param name="Classifier">The classifier; null for an encoder alone.</param>
internal sealed record FineTuningStart(VisionTransformerOptions Architecture, StateDictionary Weights, ImageClassifierWeights? Classifier)
{
    public static FineTuningStart Of(EncoderWeights encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new FineTuningStart(encoder.Architecture.Clone(), encoder.Weights, null);
    }

    public static FineTuningStart Of(ImageClassifierWeights classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        var errors = new OptionErrors();
        classifier.Validate(errors);
        errors.ThrowIfAny(nameof(ImageClassifierWeights));
        classifier = classifier with { Head = classifier.Head.WithoutBatchNorm() };
        return new FineTuningStart(classifier.Encoder.Architecture.Clone(), ClassifierModel.StateOf(classifier), classifier);
    }

    /// <summary>Notes what keeps a classifier from going on with this run.</summary>
    public void Validate(OptionErrors errors, TokenPooling pooling, IReadOnlyList<string> classNames)
    {
        if (Classifier is null)
        {
            return;
        }

        errors.Require(pooling == Classifier.Pooling, nameof(FineTuningOptions.Pooling), pooling, $"be the classifier's, {Classifier.Pooling}; start from its encoder for another");
        bool areSame = Classifier.Head.ClassNames?.SequenceEqual(classNames, StringComparer.Ordinal) ?? Classifier.Classes == classNames.Count;
        errors.Require(
            areSame,
            "The classes",
            string.Join(", ", classNames),
            $"be those of the classifier, {(Classifier.Head.ClassNames is { } names ? string.Join(", ", names) : $"{Classifier.Classes} in number")}; start from its encoder for others");
    }
}
