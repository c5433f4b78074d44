using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class GradCamTests
{
    private const double Rounding = 1e-6; // the published figures have six digits

    private static readonly PatchGrid Two = new(2, 2);
    private static readonly float[] Activations = [1, 2, 3, 4, 0, 1, -1, 2];
    private static readonly float[] Gradients = [.1f, .2f, .3f, .4f, -.5f, 0, .5f, -1];

    [TestMethod]
    public void OfChannels_TwoChannels_GivesThePublishedMap() => AssertPublished(GradCam.OfChannels(Activations, Gradients, 2, Two));

    [TestMethod]
    public void OfTokens_SameNumbersAsTokens_GivesTheSameMapWhateverTheClassTokenHolds() =>
        AssertPublished(GradCam.OfTokens(Tokens(Activations), Tokens(Gradients), 2, Two));

    [TestMethod]
    public void OfChannels_NoEvidence_IsZero()
    {
        var (sum, map) = GradCam.OfChannels([1, 2, 3, 4], [-1, -1, -1, -1], 1, Two);
        CollectionAssert.AreEqual(new float[] { -1, -2, -3, -4 }, sum);
        CollectionAssert.AreEqual(new float[4], map.Values);
    }

    [TestMethod]
    public void OfTokens_WrongLength_IsRefused() => Assert.ThrowsExactly<ArgumentException>(() => GradCam.OfTokens(Activations, Gradients, 2, Two));

    private static void AssertPublished((float[] Sum, AttentionGrid Map) actual)
    {
        float[] sum = [.25f, .25f, 1, .5f];
        float[] map = [0, 0, 1, .333333f];
        for (int cell = 0; cell < 4; cell++)
        {
            Assert.AreEqual(sum[cell], actual.Sum[cell], Rounding);
            Assert.AreEqual(map[cell], actual.Map.Values[cell], Rounding);
        }
    }

    private static float[] Tokens(float[] channels) => [9, -9, .. Enumerable.Range(0, 4).SelectMany(cell => new[] { channels[cell], channels[4 + cell] })];
}
