using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Augmentation;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Augmentation;

[TestClass]
public sealed class BatchAugmentationTests
{
    private const ulong Seed = 9;
    private const int Classes = 4;
    private static readonly VisionTransformerOptions Architecture = new() { ImageHeight = 12, ImageWidth = 16, PatchSize = 4 };

    [TestMethod]
    public void Apply_Erasing_PutsEachImagesNoiseIntoItsBoxAndChangesNothingElse()
    {
        using var scope = NewDisposeScope();
        var options = new AugmentationOptions { Erasing = new RandomErasingOptions { Probability = 0.7 } };
        using LabeledBatch batch = Batch(options, 8);
        var patches = ones(new long[] { 8 * 12, 48 }, ScalarType.Float32);

        New(options).Apply(patches, batch);

        float[] values = TensorMemory.ToSingles(patches);
        float[] image = new float[12 * 16 * 3];
        int erased = 0;
        for (int place = 0; place < 8; place++)
        {
            float[] expected = new float[image.Length];
            Array.Fill(expected, 1);
            if (batch.ErasedBoxes[place] is { } box)
            {
                erased++;
                float[] noise = new float[box.Height * box.Width * 3];
                new RandomStream(Seed, RandomPurpose.ErasingNoise, 3, batch.Samples[place]).FillGaussian(noise);
                for (int row = 0; row < box.Height; row++)
                {
                    noise.AsSpan(row * box.Width * 3, box.Width * 3).CopyTo(expected.AsSpan((((box.Top + row) * 16) + box.Left) * 3));
                }
            }

            PatchLayout.ToImage<float>(values.AsSpan(place * image.Length, image.Length), Architecture.Grid, 4, 3, image);
            Assert.AreSequenceEqual(expected, image);
        }

        Assert.IsInRange(1, 7, erased);
    }

    [TestMethod]
    public void Apply_Everything_ErasesThenMixesAndMixesTargetsAlike()
    {
        using var scope = NewDisposeScope();
        var options = AugmentationOptions.FineTune();
        options.Erasing!.Probability = 1;
        using LabeledBatch batch = Batch(options, 6);
        BatchMix mix = new BatchMixing(options.Mixing!, Architecture, Seed).Draw(3, 0)!.Value;
        var expected = zeros(new long[] { 6 * 12, 48 }, ScalarType.Float32);
        new ErasingNoise(Architecture, Seed).Apply(expected, batch);
        new BatchMixing(options.Mixing!, Architecture, Seed).Apply(expected, 6, mix);
        var patches = zeros(new long[] { 6 * 12, 48 }, ScalarType.Float32);

        var targets = New(options).Apply(patches, batch);

        Assert.AreSequenceEqual(TensorMemory.ToSingles(expected), TensorMemory.ToSingles(patches));
        Assert.AreSequenceEqual(TensorMemory.ToSingles(SoftTargets.Of(batch.Labels, Classes, 0.1, mix.Lambda, CPU)), TensorMemory.ToSingles(targets));
    }

    [TestMethod]
    public void Apply_NoAugmentation_LeavesPatchesAndSmoothsLabels()
    {
        using var scope = NewDisposeScope();
        using LabeledBatch batch = Batch(AugmentationOptions.None(), 3);
        var patches = ones(new long[] { 3 * 12, 48 }, ScalarType.Float32);

        var targets = New(AugmentationOptions.None()).Apply(patches, batch);

        Assert.IsTrue(Array.TrueForAll(TensorMemory.ToSingles(patches), value => value == 1));
        Assert.AreSequenceEqual(TensorMemory.ToSingles(SoftTargets.Of(batch.Labels, Classes, 0.1, 1, CPU)), TensorMemory.ToSingles(targets));
    }

    private static BatchAugmentation New(AugmentationOptions options) => new(options, Architecture, Classes, labelSmoothing: 0.1, Seed);

    private static LabeledBatch Batch(AugmentationOptions options, int count)
    {
        var source = new SyntheticImages(count, 20, 1);
        var loader = new LabeledBatchLoader(source, [.. Enumerable.Range(0, count).Select(sample => sample % Classes)], Architecture, new LabeledBatchLoaderOptions { BatchSize = count, Seed = Seed, Augmentation = options, Threads = 1 });
        return loader.Epoch(3).Single();
    }
}
