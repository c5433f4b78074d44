using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class ClassAttentionTests
{
    private const float Rounding = 1e-6f; // a few operations in single precision

    // Scaled to 0..1: [0, 1, 0.5] and [1, 0, 0.25].
    private static readonly float[] Heads = [0.1f, 0.3f, 0.2f, 0.5f, 0.1f, 0.2f];

    [TestMethod]
    public void Normalize_Max_TakesTheLargestOfTheScaledHeads() => AssertMap([1, 1, 0.5f], new ClassAttentionOptions { Pooling = HeadPooling.Max });

    [TestMethod]
    public void Normalize_MaxThenScale_ScalesTheLargest() =>
        AssertMap([1, 1 / 3f, 0], new ClassAttentionOptions { Pooling = HeadPooling.Max, Normalization = HeadNormalization.MeanThenMinMax });

    [TestMethod]
    [DataRow(HeadNormalization.PerHeadThenMean)]
    [DataRow(HeadNormalization.MeanThenMinMax)]
    public void Normalize_OneHead_IsThatHeadScaled(HeadNormalization normalization) =>
        AssertMap([1, 0, 0.25f], new ClassAttentionOptions { Head = 1, Normalization = normalization });

    [TestMethod]
    public void KeepMass_SixTenths_KeepsThePublishedPatches()
    {
        double[] row = [.05, .1, .3, .2, .15, .2];
        AttentionMapNormalizer.KeepMass(row, 0.6);
        CollectionAssert.AreEqual(new[] { 0, 0, .3, .2, 0, .2 }, row);
    }

    [TestMethod]
    public void Normalize_MassThreshold_ZeroesTheRestOfEachHead()
    {
        // Half of the first head's 0.6 lies in its largest patch; in ascending order the others end at 0.5, which is not more than half.
        var map = Map(new ClassAttentionOptions { Head = 0, MassThreshold = 0.45 });
        CollectionAssert.AreEqual(new float[] { 0, 1, 0 }, map);
    }

    [TestMethod]
    public void Normalize_HeadThatDoesNotExist_IsRefusedWithTheRange()
    {
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => Map(new ClassAttentionOptions { Head = 2, MassThreshold = 1 }));
        Assert.HasCount(2, error.Errors);
        StringAssert.Contains(error.Message, "Head must be null or lie from 0 to 1");
    }

    private static float[] Map(ClassAttentionOptions options)
    {
        float[] map = new float[3];
        AttentionMapNormalizer.Normalize(Heads, 2, options, map);
        return map;
    }

    private static void AssertMap(float[] expected, ClassAttentionOptions options)
    {
        float[] map = Map(options);
        for (int patch = 0; patch < 3; patch++)
        {
            Assert.AreEqual(expected[patch], map[patch], Rounding);
        }
    }
}
