using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Holds the passes that share images out over cores, through written-out blocks, to libtorch's own operations.</summary>
[TestClass]
public sealed class WholeImagePassesTests
{
    // Two batches and a last one of another size.
    private const int Images = 21;

    // The same sums in another order, through a few blocks; numbers are about 1.
    private const double SingleTolerance = 1e-5;

    // Maps are kept in half precision, values in 0..1.
    private const double HalfTolerance = 1e-3;

    // Every activation is rounded to 8 bits, in other places.
    private const double BFloat16Tolerance = 0.1;

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public void MakeMaps_OnKernels_MatchOrdinaryOperations(bool bfloat16, bool relativePositions)
    {
        var images = new SyntheticImages(Images, TinyRun.ImageSize);
        using var session = new PretrainingSession(Options(bfloat16, relativePositions));
        using var scaling = ScalingOf(session);
        var expected = Passes(session, scaling, usesKernels: false).MakeMaps(images, CancellationToken.None);
        var actual = Passes(session, scaling, usesKernels: true).MakeMaps(images, CancellationToken.None);
        CollectionAssert.AreEqual(actual.ToTensor().Bytes, Passes(session, scaling, usesKernels: true).MakeMaps(images, CancellationToken.None).ToTensor().Bytes, "again, bit for bit");
        var (one, other) = (new float[expected.Grid.Count], new float[expected.Grid.Count]);
        for (int image = 0; image < Images; image++)
        {
            expected.CopyTo(image, one);
            actual.CopyTo(image, other);
            AreNear(one, other, bfloat16 ? BFloat16Tolerance : HalfTolerance);
        }
    }

    [TestMethod]
    [DataRow(0, false)]
    [DataRow(0, true)]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(3, false)]
    public void FeaturesOf_OnKernels_MatchOrdinaryOperations(int classTokens, bool bfloat16)
    {
        var pooling = classTokens == 0 ? TokenPooling.NormalizedMean : TokenPooling.ClassTokensOf(classTokens, withMean: classTokens == 2);
        var images = new SyntheticImages(Images, TinyRun.ImageSize);
        using var session = new PretrainingSession(Options(bfloat16, relativePositions: false));
        using var scaling = ScalingOf(session);
        float[] expected = Passes(session, scaling, usesKernels: false).FeaturesOf(images, pooling, CancellationToken.None).Values;
        AreNear(expected, Passes(session, scaling, usesKernels: true).FeaturesOf(images, pooling, CancellationToken.None).Values, bfloat16 ? BFloat16Tolerance : SingleTolerance);
    }

    [TestMethod]
    public void MakeMaps_Twice_LeavesNoTensorsBehind()
    {
        using var session = new PretrainingSession(Options(bfloat16: false, relativePositions: false));
        using var scaling = ScalingOf(session);
        var passes = Passes(session, scaling, usesKernels: true);
        passes.MakeMaps(new SyntheticImages(Images, TinyRun.ImageSize), CancellationToken.None);
        long before = LiveTensors.Settled();
        passes.MakeMaps(new SyntheticImages(Images, TinyRun.ImageSize), CancellationToken.None);
        passes.FeaturesOf(new SyntheticImages(Images, TinyRun.ImageSize), TokenPooling.NormalizedMean, CancellationToken.None);
        Assert.AreEqual(before, LiveTensors.Settled());
    }

    private static PretrainerOptions Options(bool bfloat16, bool relativePositions)
    {
        var options = TinyRun.Options(1);
        options.Architecture.Depth = 3;
        options.Architecture.Position = relativePositions ? PositionEmbedding.Relative : options.Architecture.Position;
        options.Precision = bfloat16 ? Torch.Runtime.ComputePrecision.BFloat16 : Torch.Runtime.ComputePrecision.Float32;
        return options;
    }

    private static PretrainerOptions OptionsOf(PretrainingSession session) => Options(session.Model.Parameters.HasComputeCopy, session.Model.Encoder.HasRelativePositions);

    private static PixelScaling ScalingOf(PretrainingSession session) => new(OptionsOf(session).Architecture, CPU);

    private static WholeImagePasses Passes(PretrainingSession session, PixelScaling scaling, bool usesKernels)
    {
        var options = OptionsOf(session);
        Assert.IsTrue(ParallelEncoder.Suits(options.Architecture, blocksLeft: 2));
        return new WholeImagePasses(session.Model.Encoder, session.Model.Parameters, new WholeImageAssembler(options.Architecture, scaling, CPU), usesKernels, options);
    }

    private static void AreNear(float[] expected, float[] actual, double tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance, $"element {i}");
        }
    }
}
