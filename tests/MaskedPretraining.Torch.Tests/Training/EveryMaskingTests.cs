using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Every masking strategy in a run, on an encoder that drops masked patches and on one with mask tokens.</summary>
[TestClass]
public sealed class EveryMaskingTests
{
    private const int Images = 8;

    public static IEnumerable<object[]> Strategies { get; } =
    [
        [new RandomUnitMasking(0.5, 2, 0.25)],
        [new BlockMasking()],
        [new BlockMasking(new() { Exact = false })],
        [new GridMasking()],
        [new GridMasking(randomPhase: true)],
        [new RandomizedGridMasking()],
        [new NoiseMasking()],
        [new ObjectPriorMasking()],
        [new MapMasking()],
        [new PartMasking()],
        [new AttentionDrivenMasking(new() { MaskRatio = 0.25, ThrowRatio = 0.25, UnitSide = 2, StartEpoch = 1, MapCrop = MapCrop.AsReleased })],
        [new AttentionDrivenMasking(new() { Mode = ThrowMode.Random, StartEpoch = 1 })],
        [new AttentionTopMasking(new() { StartEpoch = 1 })],
        [new AttentionTopMasking(new() { StartEpoch = 1, Probability = 0.5 })],
    ];

    [TestMethod]
    [DynamicData(nameof(Strategies))]
    public void Run_ThreeEpochs_LossesAreNumbersAndTheSameAgain(IMaskingStrategy masking)
    {
        foreach (DecoderOptions decoder in new DecoderOptions[] { new MaeDecoderOptions { Width = 16, Depth = 1, Heads = 1 }, new LinearDecoderOptions() })
        {
            if (masking.VariesBetweenImages && decoder is MaeDecoderOptions)
            {
                continue;
            }

            double[] losses = TinyRun.Losses(Trainer(masking, decoder).Run());
            Assert.HasCount(3, losses);
            Assert.IsTrue(Array.TrueForAll(losses, loss => double.IsFinite(loss) && loss > 0), string.Join(", ", losses));
            CollectionAssert.AreEqual(losses, TinyRun.Losses(Trainer(masking, decoder).Run()));
        }
    }

    private static Pretrainer Trainer(IMaskingStrategy masking, DecoderOptions decoder)
    {
        var options = TinyRun.Options(epochs: 3);
        (options.Masking, options.Decoder) = (masking, decoder);
        return new Pretrainer(new SyntheticImages(Images, TinyRun.ImageSize), options, maps: masking is IAttentionGuidedMasking || !masking.NeedsPatchWeights(new(0, 3)) ? null : new SampleMaps(Parts()));
    }

    // Whole numbers: part numbers, and maps as well as any.
    private static AttentionMapTable Parts()
    {
        var maps = new AttentionMapTable(Images, new PatchGrid(4, 4));
        for (int image = 0; image < Images; image++)
        {
            maps.Set(image, [.. Enumerable.Range(0, 16).Select(cell => (float)((cell + image) % 3))]);
        }

        return maps;
    }
}
