// Pre-trains an encoder on photos without labels and asks a linear probe what its features are worth.
// Usage: PretrainAndProbe [EPOCHS [FOLDER]]   A sub-folder a class; without a folder generated scenes are used.
using MaskedPretraining.ML;
using Microsoft.ML;

var ml = new MLContext(seed: 1);
int epochs = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 10;
string? folder = args.Length > 1 ? args[1] : null;
#region readme
var photos = folder is null ? ml.MaskedPretraining.GeneratedScenes(1000) : ml.MaskedPretraining.ImageFolder(folder);
var split = ml.Data.TrainTestSplit(photos, testFraction: 0.2, seed: 1);

var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.MaskedPretraining.GuidedMae("Features", "Image", imageSize: 32, patchSize: 4, epochs: epochs, masking: Masking.AttentionDriven()))
    .Append(ml.MaskedPretraining.LinearProbe());
var model = pipeline.Fit(split.TrainSet);

var metrics = ml.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"Linear probe: {metrics.MicroAccuracy:P1} right");
#endregion
