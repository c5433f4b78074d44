using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Classification;

/// <summary>The columns of a classifier: <c>PredictedLabel</c> (key) and <c>Score</c> (a probability a class), in the order and with the annotations of in-box classifiers.</summary>
internal static class ClassifierColumns
{
    public const string PredictedLabel = "PredictedLabel";
    public const string Score = "Score";
    public const string FeatureInput = InBoxChain.TemporaryPrefix + "features";
    public const string ScoreOutput = InBoxChain.TemporaryPrefix + "scores";
    public const string OneHotOutput = InBoxChain.TemporaryPrefix + "onehot";

    /// <summary>The columns, made of output 0 of a model.</summary>
    public static ScoreColumn[] Create(ClassLabels labels) =>
    [
        new LargestScoreColumn(PredictedLabel, labels.Type, 0, labels.PredictedLabelAnnotations()),
        new VectorScoreColumn(Score, new VectorDataViewType(NumberDataViewType.Single, labels.Count), 0, labels.ScoreAnnotations()),
    ];

    /// <summary>The shape of an input schema with the columns added; before data is seen, the number of classes is anything.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Label or features are missing or of another type than needed.</exception>
    public static SchemaShape Announce(SchemaShape input, string labelName, string featureName)
    {
        FeatureTable.Check(input, featureName);
        return Announce(input, labelName);
    }

    /// <summary>As the other, for a classifier over images.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Label or images are missing or of another type than needed.</exception>
    public static SchemaShape Announce(SchemaShape input, string labelName, string imageName, VisionTransformerOptions architecture)
    {
        ImageInput.Check(input, imageName, architecture);
        return Announce(input, labelName);
    }

    private static SchemaShape Announce(SchemaShape input, string labelName)
    {
        var label = ClassLabels.Check(input, labelName);
        bool hasNames = SchemaShapes.Find(label.Annotations, AnnotationKinds.KeyValues) is not null;
        return SchemaShapes.Append(input, [.. Create(ClassLabels.Placeholder(hasNames)).Select(column => column.Detached)]);
    }
}
