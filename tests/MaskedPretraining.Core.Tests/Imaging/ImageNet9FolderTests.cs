using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class ImageNet9FolderTests
{
    [TestMethod]
    public void Open_EveryVariant_HasTheNineClasses()
    {
        using var folder = new TestFolder();
        foreach (var variant in Enum.GetValues<BackgroundVariant>())
        {
            Write(folder, variant);

            var source = ImageNet9Folder.Open(folder.Path, variant, FixedDecoder.Tiny);

            Assert.AreSequenceEqual(ImageNet9.ClassNames, source.ClassNames);
            Assert.AreSequenceEqual(Enumerable.Range(0, 9), Enumerable.Range(0, source.Count).Select(source.LabelOf));
        }

        Assert.AreSequenceEqual(Enum.GetValues<BackgroundVariant>(), ImageNet9Folder.VariantsIn(folder.Path));
    }

    [TestMethod]
    public void Open_ClassMissing_NamesThoseExpected()
    {
        using var folder = new TestFolder();
        Write(folder, BackgroundVariant.MixedSame);
        Directory.Delete(folder["mixed_same/val/02_wheeled vehicle"], recursive: true);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageNet9Folder.Open(folder.Path, BackgroundVariant.MixedSame, FixedDecoder.Tiny));

        Assert.Contains("02_wheeled vehicle", error.Message);
        Assert.Contains(folder["mixed_same/val"], error.Message);
    }

    [TestMethod]
    public void VariantsIn_SomeOrNone_ListsThem()
    {
        using var folder = new TestFolder();
        Assert.Contains("mixed_rand", Assert.ThrowsExactly<DirectoryNotFoundException>(() => ImageNet9Folder.VariantsIn(folder.Path)).Message);
        Write(folder, BackgroundVariant.MixedRandom);

        Assert.AreSequenceEqual([BackgroundVariant.MixedRandom], ImageNet9Folder.VariantsIn(folder.Path));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => ImageNet9Folder.Open(folder.Path, BackgroundVariant.Original, FixedDecoder.Tiny));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageNet9Folder.FolderNameOf((BackgroundVariant)9));
    }

    private static void Write(TestFolder folder, BackgroundVariant variant)
    {
        foreach (string name in ImageNet9.ClassNames)
        {
            folder.Write($"{ImageNet9Folder.FolderNameOf(variant)}/val/{name}/fg_n01_1.JPEG", [0, 1, 2]);
        }
    }
}
