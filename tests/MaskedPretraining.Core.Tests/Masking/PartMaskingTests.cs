using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class PartMaskingTests
{
    private const int Epochs = 800;
    private static readonly PatchGrid Grid = new(6, 10);

    // Four parts of 24, 16, 12 and 8 patches, in columns.
    private static readonly float[] Parts = [.. Enumerable.Range(0, 60).Select(patch => (float)((patch % 10, patch / 10) switch
    {
        ( < 4, _) => 0,
        ( < 6, _) or (6, < 4) => 1,
        ( < 9, _) and not (8, > 3) => 2,
        _ => 3,
    }))];

    [TestMethod]
    [DataRow(0, 1.000)]
    [DataRow(99, 0.984)]
    [DataRow(199, 0.938)]
    [DataRow(399, 0.750)]
    [DataRow(599, 0.438)]
    [DataRow(799, 0.0)]
    public void LambdaOf_EightHundredEpochs_HasThePublishedValues(int epoch, double lambda)
    {
        // Published to three digits.
        Assert.AreEqual(lambda, PartQuotas.LambdaOf(new(epoch, Epochs), 2), 0.0006);
        Assert.AreEqual(PartQuotas.LambdaOf(new(epoch, Epochs), 2), PartQuotas.LambdaOf(new(10 * epoch + 9, 10 * Epochs), 2), 1e-12, "the run's own length counts");
    }

    [TestMethod]
    [DataRow(0, ".#.##.###.\n##.##....#\n#..##.#..#\n#..###..##\n#......#..\n#.#..####.")]
    [DataRow(799, "....###...\n#######...\n..#####...\n#.#####...\n###.##....\n##..##....")]
    public void Plan_FirstAndLastEpoch_LookLikeThis(int epoch, string picture) =>
        Assert.AreEqual(picture, PlanProperties.Picture(new PartMasking(0.5), Grid, new(epoch, Epochs), Parts, sample: 0));

    [TestMethod]
    public void Plan_FirstEpoch_MasksTheRatioOfEachPart()
    {
        for (long sample = 0; sample < 100; sample++)
        {
            var masked = PlanProperties.Plan(new PartMasking(0.75), Grid, new(0, Epochs), Parts, sample).Masked;
            for (int part = 0; part < 4; part++)
            {
                // Counts are 24, 16, 12 and 8: three quarters without rounding, but lambda is a little below 1.
                Assert.AreEqual(0.75 * Parts.Count(id => id == part), masked.Count(patch => Parts[patch] == part), 1);
            }
        }
    }

    [TestMethod]
    public void Plan_LastEpoch_MasksWholePartsButOne()
    {
        var wholes = new HashSet<string>();
        for (long sample = 0; sample < 200; sample++)
        {
            var masked = PlanProperties.Plan(new PartMasking(0.5), Grid, new(Epochs - 1, Epochs), Parts, sample).Masked;
            var shares = Enumerable.Range(0, 4).Select(part => masked.Count(patch => Parts[patch] == part) / (double)Parts.Count(id => id == part)).ToArray();
            Assert.IsLessThanOrEqualTo(1, shares.Count(share => share is > 0 and < 1), string.Join(", ", shares));
            wholes.Add(string.Join(',', shares.Select((share, part) => share == 1 ? $"{part}" : "-")));
        }

        Assert.IsGreaterThan(5, wholes.Count, "the order of the parts is random");
    }

    [TestMethod]
    public void Plan_NumbersWithGaps_AreParts()
    {
        float[] sparse = Array.ConvertAll(Parts, part => 10 + 81 * part);
        PlanProperties.AssertHold(new PartMasking(), Grid, new(500, Epochs), sparse);
    }

    [TestMethod]
    [DataRow(0.5f)]
    [DataRow(256f)]
    [DataRow(1e30f)]
    public void Plan_NoPartNumber_NamesPatchAndValue(float part)
    {
        float[] parts = [.. Parts];
        parts[11] = part;
        var exception = Assert.ThrowsExactly<ArgumentException>(() => PlanProperties.Plan(new PartMasking(), Grid, new(0, 1), parts, 0));
        Assert.Contains(FormattableString.Invariant($"PartMasking was given {part} for patch 11; part numbers must be whole numbers from 0 to 255."), exception.Message);
    }

    [TestMethod]
    public void MapCrop_PartNumbers_AreNotMixed() => Assert.AreEqual(MapCrop.Nearest, new PartMasking().MapCrop);

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(double.PositiveInfinity)]
    public void Constructor_BadGamma_NamesIt(double gamma) =>
        Assert.Contains(FormattableString.Invariant($"Gamma must be greater than 0 and finite, but is {gamma}."), Assert.ThrowsExactly<InvalidOptionsException>(() => new PartMasking(gamma: gamma)).Message);
}
