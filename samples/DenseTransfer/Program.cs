// Pre-trains an encoder and asks what its patch tokens are worth for segmentation and localisation, before and after; writes it as the backbone of a detector.
// Usage: DenseTransfer [PHOTOS OBJECTS [PICTURE.png [EPOCHS]]]   PHOTOS: photos to train on; OBJECTS: a folder with images/ and masks/. Without them: generated scenes.
using System.Diagnostics;
using System.Globalization;
using DenseTransfer;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using ObjectMaps;

const int Pictured = 6;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
string? photos = args.ElementAtOrDefault(0);
var files = Directory.CreateTempSubdirectory("dense-transfer-");
try
{
    if (photos is null)
    {
        ObjectFolder.WriteScenes(files.FullName, count: 60, size: 32);
    }

    var objects = ObjectFolder.Read(photos is null ? files.FullName : args[1]).ConvertAll(photo => new DensePhoto(photo));
    var options = photos is null ? GuidedMaeOptions.SmallImages32() : GuidedMaeOptions.SmallPhotos96();
    // Finer patches than the presets', for finer masks.
    options.Architecture.PatchSize = photos is null ? 4 : 8;
    options.Epochs = args.ElementAtOrDefault(3) is { } epochs ? int.Parse(epochs, CultureInfo.InvariantCulture) : photos is null ? 2 : options.Epochs;
    var images = photos is null ? ml.MaskedPretraining.GeneratedScenes(200) : ml.MaskedPretraining.ImageFolder(photos);
    var untrainedOptions = options.Clone();
    untrainedOptions.Epochs = 0;
    using var untrained = ml.MaskedPretraining.GuidedMae("Features", "Image", untrainedOptions).Fit(images);
    var clock = Stopwatch.StartNew();
    using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(images);
    Console.WriteLine($"pre-trained for {options.Epochs} epochs in {clock.Elapsed.TotalSeconds:0} s");

    var train = Load(objects[..(objects.Count * 2 / 3)]);
    var test = Load(objects[(objects.Count * 2 / 3)..]);

    #region docs
    var settings = new SegmentationOptions { ForegroundColumnName = "Foreground", PredictedMaskColumnName = "PredictedMask" };
    using var probe = ml.MaskedPretraining.SegmentationProbe(encoder.Weights, "Mask", "Image", settings).Fit(train);
    var segmented = probe.Transform(test);
    var segmentation = ml.MaskedPretraining.EvaluateSegmentation(segmented, "SegmentationScores", "Mask");
    var localization = ml.MaskedPretraining.EvaluateMaps(segmented, "Foreground", maskColumnName: "Mask");
    #endregion

    Console.WriteLine($"{segmentation.Images} photos, objects cover {localization.AreaShare:P1} of them");
    Console.WriteLine("| probe on tokens of | labels a side | mIoU | object IoU | pixel accuracy | training, s |");
    Console.WriteLine("|---|---|---|---|---|---|");
    var centred = ml.MaskedPretraining.EvaluateSegmentation(test, nameof(DensePhoto.CentredScores));
    Console.WriteLine($"| (a centred box) | | {centred.MeanIou:0.000} | {centred.ClassIou[1]:0.000} | {centred.PixelAccuracy:0.000} | |");
    int side = options.Architecture.ImageHeight;
    foreach (int labels in new[] { 1, 2, options.Architecture.PatchSize })
    {
        Segment("the untrained encoder", untrained.Weights, labels);
        Segment("the pre-trained encoder", encoder.Weights, labels);
    }

    Segment($"the untrained encoder at {2 * side} px", EncoderResizing.Resize(untrained.Weights, 2 * side, 2 * side), 1);
    Segment($"the pre-trained encoder at {2 * side} px", EncoderResizing.Resize(encoder.Weights, 2 * side, 2 * side), 1);

    using var untrainedProbe = ml.MaskedPretraining.SegmentationProbe(untrained.Weights, options: settings).Fit(train);
    var untrainedMaps = MapsOf(untrained, untrainedProbe.Transform(test));
    var maps = MapsOf(encoder, segmented);
    Console.WriteLine("| map | labels | CorLoc | box IoU | pointing game | energy inside |");
    Console.WriteLine("|---|---|---|---|---|---|");
    Localize("a centred box", "none", test, nameof(DensePhoto.CentredBox));
    foreach (var (name, view) in new[] { ("untrained", untrainedMaps), ("pre-trained", maps) })
    {
        Localize($"class attention, {name}", "none", view, "Attention");
        Localize($"TokenCut, {name}", "none", view, "TokenCut");
        Localize($"segmentation probe, {name}", "masks", view, "Foreground");
    }

    #region backbone
    var backbone = EncoderResizing.Resize(encoder.Weights, imageHeight: 256, imageWidth: 320);
    EncoderExporter.Export(backbone, EncoderOutputs.Pyramid, Path.Combine(files.FullName, "backbone.onnx"));
    #endregion

    using var scorer = new OnnxScorer(Path.Combine(files.FullName, "backbone.onnx"));
    Console.WriteLine($"backbone: {scorer.Input} -> {string.Join(", ", scorer.Outputs)}");
    if (args.ElementAtOrDefault(2) is { } picture)
    {
        var first = objects[(objects.Count * 2 / 3)..][..Pictured];
        SegmentationPictures.Save(
            picture, first, side, [First(untrainedMaps, "PredictedMask"), First(maps, "PredictedMask")], [First(untrainedMaps, "Foreground"), First(maps, "Foreground")], options.Architecture.Grid);
    }

    IDataView Load(List<DensePhoto> some)
    {
        var data = ml.Data.LoadFromEnumerable(some);
        return ml.Transforms.LoadImages("Image", "", nameof(DensePhoto.ImagePath)).Append(ml.Transforms.LoadImages("Mask", "", nameof(DensePhoto.MaskPath))).Fit(data).Transform(data);
    }

    void Segment(string name, EncoderWeights weights, int labels)
    {
        var watch = Stopwatch.StartNew();
        using var model = ml.MaskedPretraining.SegmentationProbe(weights, options: new SegmentationOptions { Training = new SegmentationProbeOptions { LabelsPerSide = labels } }).Fit(train);
        double seconds = watch.Elapsed.TotalSeconds;
        var s = ml.MaskedPretraining.EvaluateSegmentation(model.Transform(test));
        Console.WriteLine($"| {name} | {labels} | {s.MeanIou:0.000} | {s.ClassIou[1]:0.000} | {s.PixelAccuracy:0.000} | {seconds:0.0} |");
    }

    IDataView MapsOf(GuidedMaeTransformer transformer, IDataView view) => ml.MaskedPretraining.AttentionMap("Attention", "Image", AttentionMapOptions.FromEncoder(transformer))
        .Append(ml.MaskedPretraining.AttentionMap("TokenCut", "Image", AttentionMapOptions.TokenCut(transformer)))
        .Fit(view).Transform(view);

    void Localize(string name, string labels, IDataView view, string column)
    {
        var s = ml.MaskedPretraining.EvaluateMaps(view, column, maskColumnName: "Mask");
        Console.WriteLine($"| {name} | {labels} | {s.CorLoc:0.000} | {s.BoxIou:0.000} | {s.PointingGame:0.000} | {s.EnergyInside:0.000} |");
    }

    float[][] First(IDataView view, string column) => [.. ml.Data.TakeRows(view, Pictured).GetColumn<float[]>(column)];
}
finally
{
    files.Delete(recursive: true);
}
