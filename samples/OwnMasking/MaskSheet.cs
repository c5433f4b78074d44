using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Pictures;
using MaskedPretraining.Core.Randomness;

/// <summary>The masks of all strategies side by side on one generated scene, whose object is the map.</summary>
internal static class MaskSheet
{
    private const int Side = 112;
    private const int Scene = 5;
    private const int Columns = 6;

    private static readonly PatchGrid Grid = new(14, 14);
    private static readonly TrainingProgress First = new(0, 100);
    private static readonly TrainingProgress Last = new(99, 100);

    public static void Save(string path)
    {
        var scenes = new GeneratedScenes(Scene + 1, Side, seed: 0, SceneSplit.Test);
        var image = scenes.Load(Scene);
        bool[] isObject = scenes.MaskOf(Scene);
        float[] map = [.. Enumerable.Range(0, Grid.Count).Select(patch => ShareOf(isObject, patch))];
        float[] parts = [.. map.Select((share, patch) => share > 0.5f ? 1f + (patch / 14 < 7 ? 0 : 1) : 3f + patch / 14 / 7 * 2 + patch % 14 / 7)];
        (IMaskingStrategy Strategy, TrainingProgress Progress, float[] Weights)[] all =
        [
            (new RandomMasking(), First, []),
            (new RandomUnitMasking(), First, []),
            (new BlockMasking(), First, []),
            (new GridMasking(), First, []),
            (new RandomizedGridMasking(), First, []),
            (new NoiseMasking(), First, []),
            (new NoiseMasking(0.75, 1, double.PositiveInfinity), First, []),
            (new NoiseMasking(0.75, 0, 1), First, []),
            (new AttentionDrivenMasking(), Last, map),
            (new AttentionDrivenMasking(new() { MaskRatio = 0.44, ThrowRatio = 0.26, UnitSide = 2 }), Last, map),
            (new AttentionDrivenMasking(new() { Mode = ThrowMode.Low }), Last, map),
            (new AttentionTopMasking(), Last, map),
            (new AttentionTopMasking(new() { Mode = AttentionTopMode.Hint, ShowMax = 0.3 }), Last, map),
            (new AttentionTopMasking(new() { Mode = AttentionTopMode.Low }), Last, map),
            (new PartMasking(), First, parts),
            (new PartMasking(), Last, parts),
            (new ObjectPriorMasking(), First, map),
            (new MapMasking(), First, map),
        ];
        PngWriter.Save(path, PictureGrid.Arrange([.. all.Select(mask => Draw(image, mask.Strategy, mask.Progress, mask.Weights))], Columns));
    }

    private static RgbImage Draw(RgbImage image, IMaskingStrategy strategy, TrainingProgress progress, float[] weights)
    {
        var counts = strategy.CountsAt(Grid, progress);
        var (visible, masked) = (new int[counts.Visible], new int[counts.Masked]);
        int count = strategy.Plan(new SampleContext(Grid, progress, new RandomStream(1, RandomPurpose.Mask, progress.Epoch, 0)) { PatchWeights = weights }, visible, masked);
        return PatchPicture.Mask(image, Grid, [.. visible.Concat(masked[count..]).Select(patch => (long)patch)], [.. masked[..count].Select(patch => (long)patch)]);
    }

    private static float ShareOf(bool[] isObject, int patch)
    {
        const int Patch = Side / 14;
        int first = patch / 14 * Patch * Side + patch % 14 * Patch;
        return Enumerable.Range(0, Patch * Patch).Count(pixel => isObject[first + pixel / Patch * Side + pixel % Patch]) / (float)(Patch * Patch);
    }
}
