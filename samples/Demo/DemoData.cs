using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML;
using Microsoft.ML;

namespace Demo;

/// <summary>Images to train on and named sets to test on.</summary>
internal sealed record DemoData(IDataView Train, IReadOnlyList<(string Name, IDataView View)> Tests)
{
    public bool HasLabels => Train.Schema.GetColumnOrNull("Label") is not null;

    public static DemoData Open(MLContext ml, DemoSettings settings)
    {
        var catalog = ml.MaskedPretraining;
        if (settings.Images is null)
        {
            int size = settings.Recipe.Architecture.ImageHeight;
            IDataView Scenes(int count, SceneSplit split) => catalog.GeneratedScenes(count, size, split, seed: 1);
            return new DemoData(
                Scenes(settings.Scenes, SceneSplit.Train),
                [("test", Scenes(settings.TestScenes, SceneSplit.Test)), ("agree", Scenes(settings.TestScenes, SceneSplit.Agree)), ("lie", Scenes(settings.TestScenes, SceneSplit.Lie))]);
        }

        var photos = catalog.ImageFolder(settings.Images.FullName);
        if (settings.Validation is not null)
        {
            return new DemoData(photos, [("validation", catalog.ImageFolder(settings.Validation.FullName))]);
        }

        var split = ml.Data.TrainTestSplit(photos, testFraction: 0.2, seed: 1);
        return new DemoData(split.TrainSet, [("held out", split.TestSet)]);
    }
}
