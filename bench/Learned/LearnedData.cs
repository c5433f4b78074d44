using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML;

namespace MaskedPretraining.Bench.Learned;

/// <summary>Images to learn masks on: with classes for the probe and, where they are known, objects.</summary>
/// <param name="Name">What the tables say.</param>
/// <param name="Train">Training images; the probe has their labels too.</param>
/// <param name="Test">Images that the probe is tried on.</param>
/// <param name="Objects">How much of each cell the object covers, one map a training image; null if nobody knows.</param>
/// <param name="Architecture">The encoder, for the demo's small images.</param>
internal sealed record LearnedData(string Name, ILabeledImageSource Train, ILabeledImageSource Test, IAttentionMaps? Objects, VisionTransformerOptions Architecture)
{
    // Two cells a patch and axis: a crop need not fall between patches.
    private const int CellsPerPatch = 2;

    /// <summary>Generated scenes of 32 pixels, whose objects are known.</summary>
    public static LearnedData Scenes(int train, int test)
    {
        const int Size = 32;
        var architecture = GuidedMaeOptions.SmallImages32().Architecture;
        var scenes = new GeneratedScenes(train, Size, seed: 1, SceneSplit.Train);
        return new LearnedData("generated scenes", scenes, new GeneratedScenes(test, Size, seed: 2, SceneSplit.Test), Coverage(scenes, architecture.Grid), architecture);
    }

    /// <summary>Photos of a folder with <c>train</c> and <c>val</c>, a sub-folder a class.</summary>
    public static LearnedData Photos(string folder)
    {
        ILabeledImageSource Read(string part) => (ILabeledImageSource)ImageFolder.Open(Path.Combine(folder, part), new MLImageDecoder());
        return new LearnedData(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), Read("train"), Read("val"), null, GuidedMaeOptions.SmallPhotos64().Architecture);
    }

    private static AttentionMapTable Coverage(GeneratedScenes scenes, PatchGrid patches)
    {
        var grid = new PatchGrid(CellsPerPatch * patches.Rows, CellsPerPatch * patches.Columns);
        var table = new AttentionMapTable(scenes.Count, grid);
        int side = scenes.Size / grid.Rows;
        Parallel.For(0, scenes.Count, scene =>
        {
            bool[] mask = scenes.MaskOf(scene);
            float[] map = new float[grid.Count];
            for (int pixel = 0; pixel < mask.Length; pixel++)
            {
                map[(pixel / scenes.Size / side * grid.Columns) + (pixel % scenes.Size / side)] += mask[pixel] ? 1f / (side * side) : 0;
            }

            table.Set(scene, map);
        });
        return table;
    }
}
