namespace MaskedPretraining.ML.Data;

/// <summary>Names of the annotations that ML.NET's own parts look for (its list of them is internal), and of our own.</summary>
internal static class AnnotationKinds
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreValueKind = "ScoreValueKind";
    public const string TrainingLabelValues = "TrainingLabelValues";
    public const string MulticlassClassification = "MulticlassClassification";
    public const string Score = "Score";
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>Ours: a text on columns of attention maps that says what made them, down to the weights.</summary>
    public const string MapMaker = "MapMaker";
}
