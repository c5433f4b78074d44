using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class GuidedShuffleOptionsTests
{
    [TestMethod]
    [DataRow(196, 0.75, 49)]
    [DataRow(196, 0.6, 78)]
    [DataRow(196, 0.8, 39)]
    [DataRow(196, 0.9, 19)]
    [DataRow(64, 0.75, 16)]
    [DataRow(64, 0.6, 25)]
    [DataRow(64, 0.8, 12)]
    [DataRow(49, 0.75, 12)]
    public void Counts_ReleasedRatios_AreCutInDoublePrecision(int patches, double ratio, int visible)
    {
        var options = new GuidedShuffleOptions { MaskRatio = ratio };
        var grid = new PatchGrid(1, patches);
        Assert.AreEqual(new MaskCounts(patches - visible, 0, visible), options.CountsOn(grid));
        Assert.AreEqual(visible, options.TopCountOn(grid), "as many top patches as visible ones");
    }

    [TestMethod]
    public void TopCountOn_ShareGiven_IsThatShare() =>
        Assert.AreEqual(19, new GuidedShuffleOptions { TopShare = 0.1 }.TopCountOn(new PatchGrid(14, 14)));

    [TestMethod]
    public void TopCountOn_NoneLeft_SaysWhatToDo()
    {
        var options = new GuidedShuffleOptions { TopShare = 0.05 };
        string message = Assert.ThrowsExactly<InvalidOptionsException>(() => options.TopCountOn(new PatchGrid(4, 4))).Message;
        Assert.Contains("Top patches at TopShare 0.05 must be at least 1 of the 16 on the 4x4 grid (take a larger share, smaller patches or larger images), but is 0.", message);
    }

    [TestMethod]
    public void CountsOn_NothingVisible_NamesIt() =>
        Assert.Contains("Visible patches at MaskRatio 0.97", Assert.ThrowsExactly<InvalidOptionsException>(() => new GuidedShuffleOptions { MaskRatio = 0.97 }.CountsOn(new PatchGrid(4, 4))).Message);

    [TestMethod]
    public void Validate_BadOptions_NotesEveryOne()
    {
        var errors = new OptionErrors();
        new GuidedShuffleOptions { MaskRatio = 1, TopShare = 0, TopBonus = double.NaN }.Validate(errors);
        string[] names = [.. Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("")).Errors.Select(error => error.Split(' ')[0])];
        CollectionAssert.AreEqual(new[] { "MaskRatio", "TopShare", "TopBonus" }, names);
    }
}
