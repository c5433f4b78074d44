// Pre-trains a small encoder on photos without their labels, fine-tunes it with them, and trains the same network from scratch for comparison.
// Usage: FineTune [PRETRAIN_EPOCHS [EPOCHS [FOLDER]]]   The folder holds train/CLASS/photo.jpg and val/CLASS/photo.jpg; without one there are generated scenes.
using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

int pretrainingEpochs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 4;
int epochs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 4;
string? folder = args.Length > 2 ? args[2] : null;
var ml = new MLContext(seed: 1);
ml.Log += (_, line) =>
{
    if (line.Kind is ChannelMessageKind.Info or ChannelMessageKind.Warning)
    {
        Console.WriteLine(line.RawMessage);
    }
};

var photos = folder is null ? ml.MaskedPretraining.GeneratedScenes(200) : ml.MaskedPretraining.ImageFolder(Path.Combine(folder, "train"));
var otherPhotos = folder is null ? ml.MaskedPretraining.GeneratedScenes(60, split: SceneSplit.Test) : ml.MaskedPretraining.ImageFolder(Path.Combine(folder, "val"));
if (folder is not null)
{
    #region cache
    // Decoded by the first run; later ones, of this program or another, find pixels.
    var kept = new ImageCacheOptions { ShorterSide = 96 };
    photos = ml.MaskedPretraining.CacheImages(photos, Path.Combine(folder, "image-cache"), kept);
    otherPhotos = ml.MaskedPretraining.CacheImages(otherPhotos, Path.Combine(folder, "image-cache"), kept);
    #endregion
}

var architecture = new VisionTransformerOptions { ImageHeight = 32, ImageWidth = 32, PatchSize = 4, Width = 96, Depth = 6, Heads = 3 };
var recipe = new GuidedMaeOptions { Architecture = architecture, Decoder = new MaeDecoderOptions { Width = 64, Depth = 1, Heads = 2 }, BatchSize = 64, Seed = 1, Optimization = new OptimizationOptions { LearningRatePer256 = 2e-3 } };

foreach (int pretraining in new[] { pretrainingEpochs, 0 })
{
    long start = Stopwatch.GetTimestamp();
    recipe.Epochs = pretraining;
    using var pretrained = ml.MaskedPretraining.GuidedMae("Features", "Image", recipe).Fit(photos);
    var classifier = FineTune(pretrained);
    var metrics = ml.MulticlassClassification.Evaluate(classifier.Transform(otherPhotos));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{pretraining} epochs of pre-training, {epochs} of fine-tuning: {metrics.MicroAccuracy:0.000} right ({Stopwatch.GetElapsedTime(start).TotalSeconds:0} s)"));
    classifier.Dispose();
}

TransformerChain<FineTuneTransformer> FineTune(GuidedMaeTransformer pretrained)
{
    #region fine-tune
    var options = FineTuningOptions.SmallImages();
    options.Epochs = epochs;
    options.Optimization.WarmupEpochs = null;
    var keys = ml.Transforms.Conversion.MapValueToKey("Label").Fit(photos);
    var fineTuned = ml.MaskedPretraining.FineTune("Label", "Image", pretrained.Weights, options).Fit(keys.Transform(photos), validationData: keys.Transform(otherPhotos));
    fineTuned.ExportOnnx(Path.Combine(Path.GetTempPath(), "classifier.onnx"));
    #endregion
    return new TransformerChain<FineTuneTransformer>(keys, fineTuned);
}
