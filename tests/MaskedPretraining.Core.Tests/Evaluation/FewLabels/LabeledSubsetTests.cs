namespace MaskedPretraining.Core.Evaluation.FewLabels;

[TestClass]
public sealed class LabeledSubsetTests
{
    // 30, 20 and 4 rows of three classes, mixed.
    private static readonly int[] Labels = [.. Enumerable.Range(0, 54).Select(row => row % 13 == 5 ? 2 : row % 5 < 2 ? 1 : 0)];

    [TestMethod]
    public void Shots_EveryClass_HasAsMany()
    {
        int[] rows = LabeledSubset.Shots(Labels, 3, 3, seed: 1, draw: 0);
        Assert.AreSequenceEqual(rows.Distinct().Order().ToArray(), rows);
        Assert.AreSequenceEqual([3, 3, 3], Enumerable.Range(0, 3).Select(label => rows.Count(row => Labels[row] == label)).ToArray());
    }

    [TestMethod]
    public void Shots_FewerOfTheSameDraw_AreAmongTheMore()
    {
        for (int draw = 0; draw < 5; draw++)
        {
            Assert.IsEmpty(LabeledSubset.Shots(Labels, 3, 1, 7, draw).Except(LabeledSubset.Shots(Labels, 3, 4, 7, draw)));
        }
    }

    [TestMethod]
    public void Shots_SeedAndDraw_DecideTheRows()
    {
        Assert.AreSequenceEqual(LabeledSubset.Shots(Labels, 3, 4, 7, 2), LabeledSubset.Shots(Labels, 3, 4, 7, 2));
        Assert.IsNotEmpty(LabeledSubset.Shots(Labels, 3, 4, 7, 2).Except(LabeledSubset.Shots(Labels, 3, 4, 7, 3)));
        Assert.IsNotEmpty(LabeledSubset.Shots(Labels, 3, 4, 7, 2).Except(LabeledSubset.Shots(Labels, 3, 4, 8, 2)));
    }

    [TestMethod]
    public void Shots_ManyDraws_TakeEveryRowEquallyOften()
    {
        const int Draws = 2000;
        int[] ofClass = [.. Enumerable.Range(0, Labels.Length).Where(row => Labels[row] == 2)];
        var taken = Enumerable.Range(0, Draws).SelectMany(draw => LabeledSubset.Shots(Labels, 3, 1, 3, draw)).Where(ofClass.Contains).CountBy(row => row).ToDictionary();
        double expected = (double)Draws / ofClass.Length;
        // Five standard deviations of a binomial count.
        double tolerance = 5 * Math.Sqrt(expected * (1 - (1.0 / ofClass.Length)));
        foreach (int row in ofClass)
        {
            Assert.AreEqual(expected, taken[row], tolerance, $"row {row}");
        }
    }

    [TestMethod]
    public void Shots_ClassWithFewer_IsNamed()
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => LabeledSubset.Shots([0, 0, 1, 0], 3, 2, 0, 0, label => $"c{label}"));
        Assert.Contains("2 shots need 2 labelled images of every class, but 'c1' has 1, 'c2' has 0.", exception.Message);
    }

    [TestMethod]
    [DataRow(0.01, 1, 1, 1)]
    [DataRow(0.1, 3, 2, 1)]
    [DataRow(0.5, 15, 10, 2)]
    [DataRow(1.0, 30, 20, 4)]
    public void Share_EveryClass_HasItsShareAndAtLeastOne(double share, params int[] expected)
    {
        int[] labels = [.. Enumerable.Repeat(0, 30), .. Enumerable.Repeat(1, 20), .. Enumerable.Repeat(2, 4)];
        int[] rows = LabeledSubset.Share(labels, 4, share, seed: 1, draw: 0);
        Assert.AreSequenceEqual([.. expected, 0], Enumerable.Range(0, 4).Select(label => rows.Count(row => labels[row] == label)).ToArray());
    }

    [TestMethod]
    public void Share_SmallerOfTheSameDraw_IsAmongTheLarger() =>
        Assert.IsEmpty(LabeledSubset.Share(Labels, 3, 0.1, 7, 1).Except(LabeledSubset.Share(Labels, 3, 0.4, 7, 1)));

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.1)]
    [DataRow(double.NaN)]
    public void Share_OutOfRange_IsRefused(double share) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LabeledSubset.Share(Labels, 3, share, 0, 0));
}
