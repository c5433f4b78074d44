using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class TinyImageNetFolderTests
{
    private static ReadOnlySpan<byte> Anything => [0, 1, 2];

    [TestMethod]
    public void Open_Train_FollowsTheListOfClasses()
    {
        using var folder = Folder();

        var source = Labeled(folder, TinyImageNetSplit.Train);

        Assert.AreSequenceEqual(new[] { "goldfish", "Egyptian cat" }, source.ClassNames);
        Assert.AreSequenceEqual(
            new[] { folder["train/n02/images/n02_0.JPEG"], folder["train/n01/images/n01_0.JPEG"], folder["train/n01/images/n01_1.JPEG"] },
            Enumerable.Range(0, 3).Select(source.NameOf));
        Assert.AreSequenceEqual(new[] { 0, 1, 1 }, Enumerable.Range(0, 3).Select(source.LabelOf));
    }

    [TestMethod]
    public void Open_Validation_TakesLabelsFromTheAnnotations()
    {
        using var folder = Folder();

        var source = Labeled(folder, TinyImageNetSplit.Validation);

        Assert.AreEqual(2, source.Count);
        Assert.AreEqual(folder["val/images/val_0.JPEG"], source.NameOf(0));
        Assert.AreSequenceEqual(new[] { 1, 0 }, Enumerable.Range(0, 2).Select(source.LabelOf));
        Assert.AreEqual(2, source.Load(0).Width);
    }

    [TestMethod]
    public void Open_Test_HasNoClasses() => Use(folder =>
    {
        folder.Write("test/images/test_0.JPEG", Anything);
        Assert.IsNotInstanceOfType<ILabeledImageSource>(TinyImageNetFolder.Open(folder.Path, TinyImageNetSplit.Test, FixedDecoder.Tiny));
    });

    [TestMethod]
    public void Open_WithoutOrWithAmbiguousWords_TellsClassesApartBySynset() => Use(folder =>
    {
        folder.Write("words.txt", "n01\tcrane, machine\nn02\tcrane, bird\n"u8);
        Assert.AreSequenceEqual(new[] { "crane (n02)", "crane (n01)" }, Labeled(folder, TinyImageNetSplit.Train).ClassNames);
        File.Delete(folder["words.txt"]);
        Assert.AreSequenceEqual(new[] { "n02", "n01" }, Labeled(folder, TinyImageNetSplit.Train).ClassNames);
    });

    [TestMethod]
    public void Open_ListsThatDoNotFit_NamesThem() => Use(folder =>
    {
        folder.Write("words.txt", "n01\tcat\n"u8);
        Assert.Contains("no line for n02", Refused(TinyImageNetSplit.Train));
        folder.Write("val/val_annotations.txt", "val_0.JPEG\tn99\t0\t0\t1\t1\n"u8);
        Assert.Contains("val_annotations.txt, entry 1", Refused(TinyImageNetSplit.Validation));
        folder.Write("val/val_annotations.txt", "\n"u8);
        Assert.Contains("val_annotations.txt is empty", Refused(TinyImageNetSplit.Validation));
        File.Delete(folder["train/n02/images/n02_0.JPEG"]);
        Assert.Contains(folder["train/n02/images"], Refused(TinyImageNetSplit.Train));
        Directory.Delete(folder["train/n02"], recursive: true);
        Assert.Contains(folder["train/n02/images"], Assert.ThrowsExactly<DirectoryNotFoundException>(() => Labeled(folder, TinyImageNetSplit.Train)).Message);
        File.Delete(folder["wnids.txt"]);
        Assert.Contains("wnids.txt is missing", Assert.ThrowsExactly<FileNotFoundException>(() => Labeled(folder, TinyImageNetSplit.Train)).Message);

        string Refused(TinyImageNetSplit split) => Assert.ThrowsExactly<InvalidDataException>(() => Labeled(folder, split)).Message;
    });

    private static void Use(Action<TestFolder> test)
    {
        using var folder = Folder();
        test(folder);
    }

    private static TestFolder Folder()
    {
        var folder = new TestFolder();
        folder.Write("wnids.txt", "n02\nn01\n"u8);
        folder.Write("words.txt", "n00\tentity\nn01\tEgyptian cat\nn02\tgoldfish, Carassius auratus\n"u8);
        folder.Write("train/n01/images/n01_1.JPEG", Anything);
        folder.Write("train/n01/images/n01_0.JPEG", Anything);
        folder.Write("train/n01/n01_boxes.txt", Anything);
        folder.Write("train/n02/images/n02_0.JPEG", Anything);
        folder.Write("val/images/val_0.JPEG", Anything);
        folder.Write("val/images/val_1.JPEG", Anything);
        folder.Write("val/val_annotations.txt", "val_0.JPEG\tn01\t0\t32\t44\t62\nval_1.JPEG\tn02\t1\t1\t2\t2\n"u8);
        return folder;
    }

    private static ILabeledImageSource Labeled(TestFolder folder, TinyImageNetSplit split) =>
        Assert.IsInstanceOfType<ILabeledImageSource>(TinyImageNetFolder.Open(folder.Path, split, FixedDecoder.Tiny));
}
