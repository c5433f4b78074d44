namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class AttentionMapNormalizerTests
{
    // Three values in single precision.
    private const float Rounding = 1e-6f;

    // Three heads over three patches: min-max per head gives [0, 1, 0.5], [1, 0, 0], [0, 0, 1]; the mean row is [0.2, 0.2, 0.2].
    private static readonly float[] Heads = [0.1f, 0.3f, 0.2f, 0.4f, 0.2f, 0.2f, 0.1f, 0.1f, 0.2f];

    [TestMethod]
    public void Normalize_PerHeadThenMean_AveragesScaledHeads() => AssertMap([1 / 3f, 1 / 3f, 0.5f], Heads, HeadNormalization.PerHeadThenMean);

    [TestMethod]
    public void Normalize_MeanThenMinMax_ScalesTheMean() => AssertMap([0, 1, 0.5f], [0.1f, 0.3f, 0.2f, 0.2f, 0.4f, 0.3f], HeadNormalization.MeanThenMinMax);

    [TestMethod]
    [DataRow(HeadNormalization.PerHeadThenMean)]
    [DataRow(HeadNormalization.MeanThenMinMax)]
    public void Normalize_ConstantRow_BecomesZeros(HeadNormalization normalization) => AssertMap([0, 0, 0], [0.25f, 0.25f, 0.25f], normalization);

    [TestMethod]
    public void Normalize_HeadsOfDifferentSharpness_DependsOnTheOrderOfSteps()
    {
        // A sharp head and a flat one that disagree: scaling first gives them equal votes.
        float[] attention = [0.9f, 0.05f, 0.05f, 0.3f, 0.3f, 0.4f];
        AssertMap([0.5f, 0, 0.5f], attention, HeadNormalization.PerHeadThenMean);
        AssertMap([1, 0, 0.05f / 0.425f], attention, HeadNormalization.MeanThenMinMax);
    }

    [TestMethod]
    public void Normalize_WrongLength_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => AttentionMapNormalizer.Normalize(new float[5], 2, HeadNormalization.PerHeadThenMean, new float[3]));

    private static void AssertMap(float[] expected, float[] attention, HeadNormalization normalization)
    {
        var map = new float[3];
        AttentionMapNormalizer.Normalize(attention, attention.Length / 3, normalization, map);
        for (int patch = 0; patch < 3; patch++)
        {
            Assert.AreEqual(expected[patch], map[patch], Rounding);
        }
    }
}
