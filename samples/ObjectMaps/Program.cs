// Pre-trains an encoder and asks how well its attention and TokenCut find objects, before and after.
// Usage: ObjectMaps [PHOTOS OBJECTS [PICTURE.png]]   PHOTOS: photos to train on; OBJECTS: a folder with images/ and masks/. Without them: generated scenes.
using System.Globalization;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML;
using Microsoft.ML;
using Microsoft.ML.Data;
using ObjectMaps;

const int Pictured = 6;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
string? photos = args.ElementAtOrDefault(0);
string scenes = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
try
{
    if (photos is null)
    {
        ObjectFolder.WriteScenes(scenes, count: 40, size: 32);
    }

    var objects = ObjectFolder.Read(photos is null ? scenes : args[1]);
    var options = photos is null ? GuidedMaeOptions.SmallImages32() : GuidedMaeOptions.SmallPhotos96();
    var train = photos is null ? ml.MaskedPretraining.GeneratedScenes(400) : ml.MaskedPretraining.ImageFolder(photos);
    if (photos is null)
    {
        options.Epochs = 5;
    }
    else
    {
        // Finer patches than the preset's, for finer maps.
        options.Architecture.PatchSize = 8;
    }

    var untrainedOptions = options.Clone();
    untrainedOptions.Epochs = 0;
    using var untrained = ml.MaskedPretraining.GuidedMae("Features", "Image", untrainedOptions).Fit(train);
    using var trained = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(train);

    #region docs
    var photosWithMasks = ml.Data.LoadFromEnumerable(objects);
    var maps = ml.Transforms.LoadImages("Image", "", nameof(ObjectPhoto.ImagePath))
        .Append(ml.Transforms.LoadImages("Mask", "", nameof(ObjectPhoto.MaskPath)))
        .Append(ml.MaskedPretraining.AttentionMap("Attention", "Image", AttentionMapOptions.FromEncoder(trained)))
        .Append(ml.MaskedPretraining.AttentionMap("TokenCut", "Image", AttentionMapOptions.TokenCut(trained)))
        .Append(ml.MaskedPretraining.AttentionMap("UntrainedAttention", "Image", AttentionMapOptions.FromEncoder(untrained)))
        .Append(ml.MaskedPretraining.AttentionMap("UntrainedTokenCut", "Image", AttentionMapOptions.TokenCut(untrained)))
        .Fit(photosWithMasks).Transform(photosWithMasks);
    var score = ml.MaskedPretraining.EvaluateMaps(maps, "TokenCut", maskColumnName: "Mask");
    #endregion

    Console.WriteLine($"{score.Images} photos, objects cover {score.AreaShare:P1} of them");
    Console.WriteLine("| map | CorLoc | box IoU | mask IoU | max F-beta | pointing game | energy inside |");
    Console.WriteLine("|---|---|---|---|---|---|---|");
    string[] columns = [nameof(ObjectPhoto.CentredBox), "UntrainedAttention", "UntrainedTokenCut", "Attention", "TokenCut"];
    foreach (string column in columns)
    {
        var s = ml.MaskedPretraining.EvaluateMaps(maps, column, maskColumnName: "Mask");
        Console.WriteLine($"| {column} | {s.CorLoc:0.000} | {s.BoxIou:0.000} | {s.MaskIou:0.000} | {s.MaxFBeta:0.000} | {s.PointingGame:0.000} | {s.EnergyInside:0.000} |");
    }

    if (args.ElementAtOrDefault(2) is { } picture)
    {
        var grid = options.Architecture.Grid;
        MapPictures.Save(picture, objects[..Pictured], [First("UntrainedAttention"), First("Attention"), First("TokenCut")], new PatchGrid(grid.Rows, grid.Columns));
    }

    float[][] First(string column) => [.. ml.Data.TakeRows(maps, Pictured).GetColumn<float[]>(column)];
}
finally
{
    if (photos is null && Directory.Exists(scenes))
    {
        Directory.Delete(scenes, recursive: true);
    }
}
