using System.Globalization;
using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Core.Tests.Evaluation;

[TestClass]
public sealed class ImageNet9Tests
{
    [TestMethod]
    public void ClassMap_Thousand_MapsThreeHundredAndSeventy()
    {
        Assert.HasCount(1000, ImageNet9.ClassMap);
        Assert.AreEqual(370, ImageNet9.ClassMap.Count(number => number >= 0));
        Assert.AreSequenceEqual([116, 52, 42, 36, 35, 27, 26, 20, 16], Enumerable.Range(0, 9).Select(number => ImageNet9.ClassMap.Count(mapped => mapped == number)));
    }

    [TestMethod]
    [DataRow(0, 8, "tench")]
    [DataRow(207, 0, "golden retriever")]
    [DataRow(171, -1, "Italian greyhound, which the mapping leaves out")]
    [DataRow(281, -1, "tabby cat")]
    [DataRow(291, 4, "lion")]
    [DataRow(402, 6, "acoustic guitar")]
    [DataRow(817, 2, "sports car")]
    [DataRow(999, -1, "toilet tissue")]
    public void ClassMap_SomeClasses_BelongWhereTheyDo(int imageNetClass, int expected, string name) => Assert.AreEqual(expected, ImageNet9.ClassMap[imageNetClass], name);

    [TestMethod]
    public void NamesOf_AllClasses_TranslatesMappedOnes()
    {
        var names = ImageNet9.NamesOf([.. Enumerable.Range(0, 1000).Select(number => number.ToString(CultureInfo.InvariantCulture))]);

        Assert.HasCount(370, names);
        Assert.AreEqual("07_primate", names["365"]);
        Assert.IsFalse(names.ContainsKey("999"));
    }

    [TestMethod]
    public void NamesOf_TooFewOrTwice_IsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => ImageNet9.NamesOf(["a"]));
        Assert.ThrowsExactly<ArgumentException>(() => ImageNet9.NamesOf([.. Enumerable.Repeat("a", 1000)]));
    }
}
