// Uses a saved model without this library: ML.NET's own packages load it and predict for the images of a folder.
// Usage: LoadInBox MODEL.zip FOLDER [OUTPUT]   One line an image: file name, predicted class, scores, features, separated by tabs.
using System.Globalization;
using LoadInBox;
using Microsoft.ML;

if (args.Length is not (2 or 3))
{
    Console.Error.WriteLine("Usage: LoadInBox MODEL.zip FOLDER [OUTPUT]");
    return 1;
}

var ml = new MLContext();
var model = ml.Model.Load(args[0], out _);

var files = Directory.EnumerateFiles(args[1]).Order(StringComparer.Ordinal).Select(path => new Photo { ImagePath = Path.GetFullPath(path) });
var paths = ml.Data.LoadFromEnumerable(files);
var images = ml.Transforms.LoadImages("Image", "", "ImagePath").Fit(paths).Transform(paths);
var scored = model.Transform(images);
var named = ml.Transforms.Conversion.MapKeyToValue("PredictedName", "PredictedLabel").Fit(scored).Transform(scored);

using var output = args.Length == 3 ? new StreamWriter(args[2]) : Console.Out;
int count = 0;
foreach (var row in ml.Data.CreateEnumerable<Prediction>(named, reuseRowObject: false, ignoreMissingColumns: true))
{
    output.WriteLine($"{Path.GetFileName(row.ImagePath)}\t{row.PredictedName}\t{Numbers(row.Score)}\t{Numbers(row.Features)}");
    count++;
}

Console.WriteLine($"{count} images scored by a model loaded with ML.NET's own parts; assemblies of this library in the process: {LibraryAssemblies()}.");
(model as IDisposable)?.Dispose();
return 0;

static string Numbers(float[] values) => string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

static int LibraryAssemblies() => AppDomain.CurrentDomain.GetAssemblies().Count(assembly => assembly.GetName().Name!.StartsWith("MaskedPretraining", StringComparison.Ordinal));
