using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class MapMaskingTests
{
    private static readonly TrainingProgress Start = new(0, 10);

    [TestMethod]
    public void Plan_Map_MasksItsHighestValues()
    {
        var grid = new PatchGrid(3, 4);
        float[] map =
        [
            0.1f, 0.9f, 0.8f, 0.2f,
            0.3f, 1.0f, 0.7f, 0.0f,
            0.2f, 0.6f, 0.0f, 0.1f,
        ];
        for (long sample = 0; sample < 10; sample++)
        {
            Assert.AreEqual(".##.\n###.\n.#..", PlanProperties.Picture(new MapMasking(0.5), grid, Start, map, sample));
        }
    }

    [TestMethod]
    public void Plan_EqualValues_AreDrawnEvenly()
    {
        // Two of a value above all others are always masked; two of the ten equal ones share the other places.
        const int Samples = 4000;
        float[] map = [0.5f, 1, 0.5f, 0.5f, 0.5f, 0.5f, 2, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f];
        double[] shares = PlanProperties.MaskedShares(new MapMasking(0.33), new PatchGrid(3, 4), Start, map, Samples);
        Assert.AreEqual(1, shares[1], 1e-9);
        Assert.AreEqual(1, shares[6], 1e-9);
        PlanProperties.AssertEven([.. shares.Where((_, patch) => patch is not (1 or 6))], 0.2, Samples);
    }

    [TestMethod]
    public void MapCrop_Map_KeepsItsScale() => Assert.AreEqual(MapCrop.AreaMean, new MapMasking().MapCrop);
}
