using MaskedPretraining.ML;
using Microsoft.ML;

namespace Demo;

/// <summary>What a linear probe and k-NN say about an encoder's features: accuracy on each test set.</summary>
internal sealed record Scores(LinearProbeTransformer Probe, double[] ProbeAccuracy, double[] KnnAccuracy)
{
    public static Scores Of(MLContext ml, GuidedMaeTransformer encoder, DemoData data)
    {
        var keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data.Train);
        // Every image is encoded once, not once an epoch.
        IDataView Features(IDataView images) => ml.Data.Cache(ml.Transforms.SelectColumns("Label", "Features").Fit(encoder.Transform(keys.Transform(images))).Transform(encoder.Transform(keys.Transform(images))));
        var train = Features(data.Train);
        var tests = data.Tests.Select(test => Features(test.View)).ToList();
        var probe = ml.MaskedPretraining.LinearProbe().Fit(train);
        using var knn = ml.MaskedPretraining.Knn().Fit(train);
        double Accuracy(ITransformer classifier, IDataView test) => ml.MulticlassClassification.Evaluate(classifier.Transform(test)).MicroAccuracy;
        return new Scores(probe, [.. tests.Select(test => Accuracy(probe, test))], [.. tests.Select(test => Accuracy(knn, test))]);
    }
}
