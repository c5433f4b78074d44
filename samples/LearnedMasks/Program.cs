// Learns where to mask (AutoMAE): a first phase of MAE makes the attention provider, then generator and encoder are trained together; shows what the generator would mask.
// Usage: LearnedMasks [EPOCHS] [SCENES]
using System.Globalization;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

int epochs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
int scenes = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1000;
var ml = new MLContext(seed: 1);
var images = ml.MaskedPretraining.GeneratedScenes(scenes);
#region docs
var options = GuidedMaeOptions.SmallImages32();
options.Masking = Masking.Learned(AttentionProvider.FirstPhase(epochs));
options.Epochs = epochs;
options.MetricsCallback = epoch => Console.WriteLine(epoch.LearnedMasking is { } learned
    ? $"epoch {epoch.Epoch + 1}: loss {epoch.Loss:F3}, entropy of the generator {learned.GeneratorEntropy:F3} {learned.Collapse}"
    : $"first phase, epoch {epoch.Epoch + 1}: loss {epoch.Loss:F3}");
using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(images);

// What the generator would mask is a source of maps like any other.
using var maps = ml.MaskedPretraining.AttentionMap("Mask", "Image", AttentionMapOptions.FromMaskGenerator(encoder.MaskGenerator!)).Fit(images);
#endregion

Console.WriteLine("\nWhat the generator masks most of the first two scenes (#), and where their objects are (o):");
var source = new GeneratedScenes(2, 32, seed: 0, SceneSplit.Train);
float[][] rows = [.. ml.Data.CreateEnumerable<MapRow>(ml.Data.TakeRows(maps.Transform(images), 2), reuseRowObject: false).Select(row => row.Mask)];
for (int line = 0; line < 8; line++)
{
    Console.WriteLine(string.Join("   ", rows.Select((map, scene) => $"{Marks(map, line)} {Objects(source.MaskOf(scene), line)}")));
}

// The quarter of the patches with the largest probabilities.
static string Marks(float[] map, int line)
{
    float least = map.OrderDescending().ElementAt(map.Length / 4);
    return new string([.. map.Skip(8 * line).Take(8).Select(value => value > least ? '#' : '.')]);
}

// Patches of which the object covers at least half.
static string Objects(bool[] mask, int line) =>
    new([.. Enumerable.Range(0, 8).Select(column => Enumerable.Range(0, 16).Count(pixel => mask[(((4 * line) + (pixel / 4)) * 32) + (4 * column) + (pixel % 4)]) >= 8 ? 'o' : '.')]);

internal sealed class MapRow
{
    [VectorType(8, 8)]
    public float[] Mask { get; set; } = [];
}
