using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Weighted nearest-neighbour classification.</summary>
internal sealed class KnnKind : IGoldenKind
{
    public string Name => "knn";

    public void Run(GoldenCase golden)
    {
        int classes = golden.Options.GetProperty("classes").GetInt32();
        var options = new KnnOptions { Neighbors = golden.Options.GetProperty("k").GetInt32(), Temperature = golden.Options.GetProperty("temperature").GetDouble() };
        var classifier = new KnnClassifier(Features("in/train_features"), Labels("in/train_labels"), classes, options);
        var result = classifier.Classify(Features("in/query_features"));
        golden.Expect("out/scores", result.Scores, result.Predictions.Length, classes);
        golden.Expect("out/predictions", Array.ConvertAll(result.Predictions, label => (long)label), result.Predictions.Length);
        golden.Expect("out/accuracy", [ClassificationAccuracy.TopOne(result.Predictions, Labels("in/query_labels"))]);

        FeatureMatrix Features(string name) => new((int)golden.ShapeOf(name)[1], golden.Single(name));
        int[] Labels(string name) => Array.ConvertAll(golden.Int64(name), label => (int)label);
    }
}
