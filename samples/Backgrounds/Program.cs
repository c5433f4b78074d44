// Pre-trains an encoder, probes it, and asks how much the classifier leans on backgrounds.
// Usage: Backgrounds [EPOCHS [SCENES [PICTURE.png [IMAGES MASKS]]]]   IMAGES, MASKS: folders of photos and of their objects' masks, told apart by the objects' size.
// Without them: generated scenes, whose backgrounds give the class away in training and lie in the test.
using System.Globalization;
using Backgrounds;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.ML;
using Microsoft.ML;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
int epochs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
int count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000;
string? picture = args.ElementAtOrDefault(2);
if (args.Length > 4)
{
    var (train, test) = ObjectSizes.Split(ImageMaskPairs.Open(args[3], args[4], new MLImageDecoder()));
    var options = GuidedMaeOptions.SmallPhotos96();
    options.Epochs = epochs;
    using var model = ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.MaskedPretraining.GuidedMae("Features", "Image", options))
        .Append(ml.MaskedPretraining.LinearProbe())
        .Fit(ml.MaskedPretraining.Images(train.Images));
    Print("objects, large or small", ml.MaskedPretraining.EvaluateBackgrounds(model, ml.MaskedPretraining.Images(test.Images, test.Masks)));
    Draw(test.Images, test.Masks);
}
else
{
    #region docs
    var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.MaskedPretraining.GuidedMae("Features", "Image", imageSize: 32, patchSize: 4, epochs: epochs))
        .Append(ml.MaskedPretraining.LinearProbe());
    using var model = pipeline.Fit(ml.MaskedPretraining.GeneratedScenes(count));

    var splits = ml.MaskedPretraining.EvaluateBackgrounds(model, ml.MaskedPretraining.GeneratedSceneVariants(count / 2));
    Console.WriteLine($"Backgrounds that lie cost {splits.Robustness!.Value.Gap:P1}");

    var scenes = ml.MaskedPretraining.GeneratedScenes(count / 2, split: SceneSplit.Agree);
    var composed = ml.MaskedPretraining.EvaluateBackgrounds(model, scenes);
    #endregion
    Print("generated scenes, drawn before other backgrounds", splits);
    Print("generated scenes, composed by their masks", composed);
    var large = new GeneratedScenes(80, 96, seed: 0, SceneSplit.Agree);
    Draw(large, large.Masks);
}

void Draw(ILabeledImageSource images, IImageSource masks)
{
    if (picture is not null)
    {
        VariantSheet.Save(picture, new ObjectPhotos(images, masks), count: 6);
    }
}

static void Print(string title, BackgroundMetrics metrics)
{
    Console.WriteLine($"| {title} | accuracy | photos |");
    Console.WriteLine("|---|---|---|");
    foreach (var (variant, score) in metrics.Variants)
    {
        Console.WriteLine($"| {variant} | {score.Accuracy:0.000} | {score.Images} |");
    }

    Console.WriteLine($"BG-Gap {metrics.Robustness?.Gap:0.000}");
}
