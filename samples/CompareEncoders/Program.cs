// Compares an encoder before and after pre-training by five protocols: objects before honest and before misleading backgrounds; CIFAR-10, and photos in folders train and val, if their folders are given.
// Usage: CompareEncoders [EPOCHS [FOLDER [CIFAR10 [PHOTOS]]]]   Results are kept in the folder: a second run measures only what is missing.
using System.Globalization;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML;
using Microsoft.ML;
using Microsoft.ML.Runtime;

int epochs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
string folder = args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "compare-encoders");
string? cifar = args.Length > 2 ? args[2] : null;
string? photos = args.Length > 3 ? args[3] : null;
var ml = new MLContext(seed: 1);
ml.Log += (_, line) =>
{
    if (line.Source == "Compare" && line.Kind != ChannelMessageKind.Trace)
    {
        Console.WriteLine(line.RawMessage);
    }
};

var scenes = ml.MaskedPretraining.GeneratedScenes(400);
IDataView Cifar(string file, int count) => ml.Data.TakeRows(ml.MaskedPretraining.Cifar10(Path.Combine(cifar, file)), count);
List<ComparedDataSet> more = cifar is null ? [] : [new ComparedDataSet("CIFAR-10", Cifar("data_batch_1.bin", 2000), Cifar("test_batch.bin", 1000))];
if (photos is not null)
{
    more.Add(new ComparedDataSet("photos", ml.MaskedPretraining.ImageFolder(Path.Combine(photos, "train")), ml.MaskedPretraining.ImageFolder(Path.Combine(photos, "val"))));
}

var architecture = new VisionTransformerOptions { ImageHeight = 32, ImageWidth = 32, PatchSize = 4, Width = 96, Depth = 4 };
using var pretrained = ml.MaskedPretraining
    .GuidedMae("Features", "Image", new GuidedMaeOptions { Architecture = architecture, Decoder = new MaeDecoderOptions { Width = 64, Depth = 1, Heads = 2 }, Epochs = epochs, BatchSize = 50, Seed = 1 })
    .Fit(cifar is null ? scenes : Cifar("data_batch_1.bin", 2000));
#region compare
var result = ml.MaskedPretraining.Compare(new ComparisonOptions
{
    Encoders =
    [
        ComparedEncoder.Untrained("untrained, mean", architecture, seed: 1, FeaturePooling.Mean),
        ComparedEncoder.Of("pre-trained, class token", pretrained),
        ComparedEncoder.Of("pre-trained, mean", pretrained.Weights, FeaturePooling.Mean),
    ],
    DataSets =
    [
        new ComparedDataSet("honest scenes", scenes, ml.MaskedPretraining.GeneratedScenes(200, split: SceneSplit.Agree)),
        new ComparedDataSet("misleading scenes", scenes, ml.MaskedPretraining.GeneratedScenes(200, split: SceneSplit.Lie)),
        .. more,
    ],
    Protocols =
    [
        EvaluationProtocol.Knn(),
        EvaluationProtocol.LinearProbe(),
        EvaluationProtocol.FewShot(shots: 5),
        EvaluationProtocol.LowLabel(share: 0.1),
        EvaluationProtocol.Retrieval(),
    ],
    Seeds = [0, 1, 2],
    Folder = folder,
});
Console.WriteLine(result.ToMarkdown());
File.WriteAllText(Path.Combine(folder, "comparison.html"), result.ToHtml());
#endregion
#region few
var features = pretrained.Transform(scenes);
var few = ml.MaskedPretraining.EvaluateFewShot(features, pretrained.Transform(ml.MaskedPretraining.GeneratedScenes(200, split: SceneSplit.Test)), shots: 5, draws: 20);
Console.WriteLine($"5 shots: {few.Summary.Mean:P1} ± {few.Summary.ConfidenceHalfWidth:P1}");
#endregion
#region retrieval
var found = ml.MaskedPretraining.EvaluateRetrieval(queries: features, database: features);
Console.WriteLine($"Retrieval among the scenes: mAP {found.MeanAveragePrecision:0.000}, precision at 1 {found.MeanPrecision[0]:0.000}");
#endregion
