// Pre-trains an encoder with a masking strategy of its own and shows what the strategy hides.
// Usage: OwnMasking [PICTURE.png]   With a file name it also draws the masks of all strategies on one scene.
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.ML;
using Microsoft.ML;

var ml = new MLContext(seed: 1);
#region docs
var options = GuidedMaeOptions.SmallImages32();
options.Masking = Masking.Custom(new HalfMasking());
options.Epochs = 3;
options.MetricsCallback = epoch => Console.WriteLine($"epoch {epoch.Epoch + 1}: loss {epoch.Loss:F3}");
using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(ml.MaskedPretraining.GeneratedScenes(200));
#endregion

Console.WriteLine("\nFour images, # masked, . visible:");
var grid = new PatchGrid(6, 8);
string[][] pictures = [.. Enumerable.Range(0, 4).Select(image => Draw(new HalfMasking(), image))];
for (int row = 0; row < grid.Rows; row++)
{
    Console.WriteLine(string.Join("   ", pictures.Select(picture => picture[row])));
}

if (args is [string file])
{
    MaskSheet.Save(file);
}

string[] Draw(IMaskingStrategy strategy, int image)
{
    var counts = strategy.CountsAt(grid, new TrainingProgress(0, 3));
    var (visible, masked) = (new int[counts.Visible], new int[counts.Masked]);
    strategy.Plan(new SampleContext(grid, new TrainingProgress(0, 3), new RandomStream(1, RandomPurpose.Mask, 0, image)), visible, masked);
    var patches = new char[grid.Count];
    Array.Fill(patches, '.');
    Array.ForEach(masked, patch => patches[patch] = '#');
    return [.. patches.Chunk(grid.Columns).Select(row => new string(row))];
}
