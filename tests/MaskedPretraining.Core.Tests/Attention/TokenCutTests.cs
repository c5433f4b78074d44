using MaskedPretraining.Core.Attention.Cuts;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class TokenCutTests
{
    // Eigenvalues of well-conditioned symmetric matrices: rounding of two different methods.
    private const double ValueTolerance = 1e-9;

    // A residual of 1e-13 over the smallest gap that is compared, 1e-3, and some room for the reference's own rounding.
    private const double VectorTolerance = 1e-8;

    // The vectors of the specification are printed with six decimals.
    private const double Printed = 6e-7;

    private static readonly PatchGrid Four = new(4, 4);

    private static readonly float[] Picture = KeyImages.Angles(0, 5, 10, 0, 5, 70, 80, 10, 0, 75, 95, 60, 10, 0, 5, 0);

    [TestMethod]
    public void Segment_PictureOfFourByFour_GivesThePublishedCut()
    {
        var cut = Cut(Picture, Four, 2);
        Assert.AreEqual(0.652886, cut.SecondEigenvalue, Printed);
        Assert.AreEqual(0.887075, cut.ThirdEigenvalue, Printed);
        var region = cut.Region!;
        Assert.AreEqual(10, region.Seed);
        CollectionAssert.AreEqual(Cells("0000 0110 0111 0000"), region.Partition);
        CollectionAssert.AreEqual(Cells("0000 0110 0111 0000"), region.Component);
        Assert.AreEqual(new BoundingBox(16, 16, 64, 48), cut.BoxInPixels(16, 64, 64));
        double[] expected =
            [-.046363, -.019892, -.019892, -.046363, -.019892, .041953, .121733, -.019892, -.046363, .041953, .336576, .041953, -.019892, -.046363, -.019892, -.046363];
        double[] map = [0, .069125, .069125, 0, .069125, .230626, .438964, .069125, 0, .230626, 1, .230626, .069125, 0, .069125, 0];
        for (int cell = 0; cell < expected.Length; cell++)
        {
            Assert.AreEqual(expected[cell], cut.Eigenvector[cell], Printed, $"cell {cell}");
            Assert.AreEqual(map[cell], cut.Map.Values[cell], 2 * Printed, $"cell {cell}");
        }
    }

    [TestMethod]
    public void Segment_HigherThreshold_GivesThePublishedCut()
    {
        var cut = Cut(Picture, Four, 2, new TokenCutOptions { Threshold = 0.5 });
        Assert.AreEqual(0.254201, cut.SecondEigenvalue, Printed);
        Assert.AreEqual(0.869058, cut.ThirdEigenvalue, Printed);
        // Three cells share the largest entry up to rounding.
        CollectionAssert.Contains(new[] { 6, 9, 10 }, cut.Region!.Seed);
        CollectionAssert.AreEqual(Cells("0000 0110 0111 0000"), cut.Region.Component);
    }

    [TestMethod]
    public void Segment_TwoGroups_CallsTheSmallerOneTheObject()
    {
        int[] groups = [.. Enumerable.Range(0, 16).Select(patch => patch is 3 or 7 or 11 or 14 or 15 ? 1 : 0)];
        var cut = Cut(KeyImages.Groups(groups, 2), Four, 2);
        for (int patch = 0; patch < 16; patch++)
        {
            Assert.AreEqual(groups[patch] == 1 ? .182071 : -.037619, cut.Eigenvector[patch], Printed);
            Assert.AreEqual(groups[patch] == 1, cut.Region!.Partition[patch]);
        }

        // 14 and 11 touch by a corner, but 14, 15 and 11 by sides.
        CollectionAssert.AreEqual(cut.Region!.Partition, cut.Region.Component);
    }

    [TestMethod]
    public void Segment_RandomGraphs_AgreesWithTheDenseSolver()
    {
        int compared = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            var grid = new PatchGrid(3 + (int)(seed % 5), 4 + (int)(seed % 3));
            float[] keys = KeyImages.Clustered(grid.Count, 12, 2 + (int)(seed % 4), 0.2 + 0.2 * (seed % 6), seed);
            var options = new TokenCutOptions { Threshold = 0.1 * (seed % 7) };
            var expected = new DenseCut(keys, 12, options.Threshold, options.WeakEdge);
            var cut = Cut(keys, grid, 12, options);
            Assert.AreEqual(expected.Eigenvalues[1], cut.SecondEigenvalue, ValueTolerance, $"seed {seed}");
            Assert.AreEqual(expected.Eigenvalues[2], cut.ThirdEigenvalue, ValueTolerance, $"seed {seed}");
            Assert.AreEqual(expected.Eigenvalues[2] - expected.Eigenvalues[1] < 1e-6, cut.IsDegenerate, $"seed {seed}");
            if (expected.Eigenvalues[2] - expected.Eigenvalues[1] > 1e-3)
            {
                compared++;
                for (int patch = 0; patch < grid.Count; patch++)
                {
                    Assert.AreEqual(expected.Eigenvector[patch], cut.Eigenvector[patch], VectorTolerance, $"seed {seed}, patch {patch}");
                }
            }
        }

        Assert.IsGreaterThan(30, compared, "graphs with an eigenvector of their own");
    }

    [TestMethod]
    public void Segment_MultipleSecondEigenvalue_IsSeen()
    {
        // Three groups of equal size: two of the four smallest eigenvalues coincide, and no graph test would notice.
        var cut = Cut(KeyImages.Groups([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], 3), new PatchGrid(3, 4), 3);
        var dense = new DenseCut(KeyImages.Groups([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], 3), 3, 0.2, 1e-5);
        Assert.AreEqual(dense.Eigenvalues[1], dense.Eigenvalues[2], ValueTolerance, "the graph is what the test says");
        Assert.AreEqual(dense.Eigenvalues[2], cut.ThirdEigenvalue, ValueTolerance);
        AssertDegenerate(cut);
    }

    [TestMethod]
    public void Segment_EqualKeys_IsDegenerate() => AssertDegenerate(Cut([.. Enumerable.Repeat(0.5f, 16 * 5)], Four, 5));

    [TestMethod]
    public void Segment_PerpendicularKeys_IsDegenerate() => AssertDegenerate(Cut(KeyImages.Groups([.. Enumerable.Range(0, 16)], 16), Four, 16));

    [TestMethod]
    public void Segment_KeysOfZeros_IsDegenerate() => AssertDegenerate(Cut(new float[16 * 5], Four, 5));

    [TestMethod]
    public void Segment_ThresholdThatNoPairReaches_IsDegenerate() =>
        AssertDegenerate(Cut(KeyImages.Clustered(16, 6, 3, 0.5, 1), Four, 6, new TokenCutOptions { Threshold = 0.9999 }));

    [TestMethod]
    public void Segment_ScaledKeys_AreCutTheSame()
    {
        float[] keys = KeyImages.Clustered(30, 8, 3, 0.5, 3);
        // Powers of two scale without rounding.
        float[] scaled = [.. keys.Select((value, index) => value * MathF.Pow(2, index / 8 % 5 - 2))];
        CollectionAssert.AreEqual(Cut(keys, new(5, 6), 8).Eigenvector, Cut(scaled, new(5, 6), 8).Eigenvector);
    }

    [TestMethod]
    public void Segment_PermutedPatches_PermutesTheVector()
    {
        const int Count = 30, Width = 8;
        float[] keys = KeyImages.Clustered(Count, Width, 3, 0.5, 4);
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(patch => patch * 7 % Count)];
        float[] permuted = [.. order.SelectMany(patch => keys.AsSpan(patch * Width, Width).ToArray())];
        var (plain, moved) = (Cut(keys, new(5, 6), Width), Cut(permuted, new(5, 6), Width));
        for (int patch = 0; patch < Count; patch++)
        {
            Assert.AreEqual(plain.Eigenvector[order[patch]], moved.Eigenvector[patch], VectorTolerance);
        }
    }

    [TestMethod]
    public void Segment_ManyImages_AreCutAsEachAlone()
    {
        const int Images = 9, Length = 20 * 7;
        var grid = new PatchGrid(4, 5);
        float[] keys = [.. Enumerable.Range(0, Images).SelectMany(image => KeyImages.Clustered(20, 7, 3, 0.6, (ulong)image))];
        var cut = new TokenCut(grid, 7, new TokenCutOptions { Threads = 3 });
        for (int round = 0; round < 2; round++)
        {
            var maps = cut.Segment(keys);
            for (int image = 0; image < Images; image++)
            {
                var alone = Cut(keys[(image * Length)..((image + 1) * Length)], grid, 7);
                CollectionAssert.AreEqual(alone.Eigenvector, maps[image].Eigenvector, $"round {round}, image {image}");
            }
        }
    }

    [TestMethod]
    public void Segment_CosinesAtTheThreshold_AreDecidedInDoublePrecision()
    {
        // In single precision both cosines round to the threshold; one is greater by 1e-9.
        float[] keys = KeyImages.Angles(0, 60, 120, 200, 260, 320);
        for (int pair = 1; pair < 6; pair++)
        {
            double threshold = Enumerable.Range(0, 2).Sum(k => (double)keys[k] * keys[2 * pair + k])
                / (Math.Sqrt(keys[0] * (double)keys[0] + keys[1] * (double)keys[1]) * Math.Sqrt(keys[2 * pair] * (double)keys[2 * pair] + keys[2 * pair + 1] * (double)keys[2 * pair + 1]));
            foreach (double step in new[] { -1e-9, 1e-9 })
            {
                var expected = new DenseCut(keys, 2, threshold + step, 1e-5);
                var cut = Cut(keys, new(2, 3), 2, new TokenCutOptions { Threshold = threshold + step });
                Assert.AreEqual(expected.Eigenvalues[1], cut.SecondEigenvalue, ValueTolerance, $"pair {pair}, step {step}");
            }
        }

    }

    [TestMethod]
    public void BoxInPixels_PaddedImage_EndsAtTheImage()
    {
        // 37 x 50 pixels in patches of 16: 3 x 4 patches, the last row and column partly padding.
        var cut = Cut(KeyImages.Groups([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1], 2), new PatchGrid(3, 4), 2);
        Assert.AreEqual(new BoundingBox(32, 16, 50, 37), cut.BoxInPixels(16, 37, 50));
    }

    [TestMethod]
    public void Segment_NotFiniteKey_NamesThePatch()
    {
        float[] keys = [.. Enumerable.Repeat(1f, 2 * 4 * 3)];
        keys[(4 + 2) * 3 + 1] = float.NaN;
        var error = Assert.ThrowsExactly<ArgumentException>(() => new TokenCut(new(2, 2), 3).Segment(keys));
        StringAssert.Contains(error.Message, "Feature 1 of the key of patch 2 in image 1 is NaN");
    }

    [TestMethod]
    public void Constructor_TooFewPatches_IsRefused() => Assert.ThrowsExactly<ArgumentException>(() => new TokenCut(new PatchGrid(1, 2), 3));

    [TestMethod]
    public void Segment_PartOfAnImage_IsRefused() => Assert.ThrowsExactly<ArgumentException>(() => new TokenCut(new PatchGrid(2, 2), 3).Segment(new float[13]));

    [TestMethod]
    public void Constructor_OptionsOutsideTheirRanges_AreAllNamed()
    {
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => new TokenCut(Four, 3, new TokenCutOptions { Threshold = double.NaN, WeakEdge = 0, Threads = 0 }));
        Assert.HasCount(3, error.Errors);
    }

    private static TokenCutMap Cut(float[] keys, PatchGrid grid, int width, TokenCutOptions? options = null) => new TokenCut(grid, width, options).Segment(keys).Single();

    private static void AssertDegenerate(TokenCutMap cut)
    {
        Assert.IsTrue(cut.IsDegenerate);
        Assert.IsNull(cut.Region);
        Assert.IsNull(cut.BoxInPixels(16, 64, 64));
        CollectionAssert.AreEqual(new float[cut.Grid.Count], cut.Map.Values);
        CollectionAssert.AreEqual(new double[cut.Grid.Count], cut.Eigenvector);
    }

    private static bool[] Cells(string picture) => [.. picture.Replace(" ", "", StringComparison.Ordinal).Select(cell => cell == '1')];
}
