using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class ImageNetFolderTests
{
    private static ReadOnlySpan<byte> Anything => [0, 1, 2];

    [TestMethod]
    public void Open_ClassFoldersWithoutLists_AreNumberedBySynset() => Use(folder =>
    {
        var source = Labeled(folder, "train");

        Assert.AreSequenceEqual(new[] { "n01", "n03" }, source.ClassNames);
        Assert.AreSequenceEqual(new[] { 0, 1 }, Labels(source));
    });

    [TestMethod]
    public void Open_ClassFoldersWithSynsets_FollowTheListAndAreCalledByTheirWords() => Use(folder =>
    {
        var source = Labeled(folder, "train", "synsets.txt");

        Assert.AreSequenceEqual(new[] { "shark", "tench", "crane" }, source.ClassNames);
        Assert.AreSequenceEqual(new[] { 1, 0 }, Labels(source));
    });

    [TestMethod]
    public void Open_FlatWithNumbers_CountsFromOneInTheOrderOfTheSynsets() => Use(folder =>
    {
        folder.Write("truth.txt", "3\n1\n"u8);

        var source = Labeled(folder, "val", "synsets.txt", "truth.txt");

        Assert.AreSequenceEqual(new[] { folder["val/ILSVRC2012_val_00000001.JPEG"], folder["val/ILSVRC2012_val_00000002.JPEG"] }, Enumerable.Range(0, 2).Select(source.NameOf));
        Assert.AreSequenceEqual(new[] { 2, 0 }, Labels(source));
    });

    [TestMethod]
    public void Open_FlatWithSynsets_NeedsNoList() => Use(folder =>
    {
        folder.Write("truth.txt", "n03\nn01\n"u8);

        var source = Labeled(folder, "val", null, "truth.txt");

        Assert.AreSequenceEqual(new[] { "n01", "n03" }, source.ClassNames);
        Assert.AreSequenceEqual(new[] { 1, 0 }, Labels(source));
        Assert.AreSequenceEqual(new[] { 0, 1 }, Labels(Labeled(folder, "val", "synsets.txt", "truth.txt")), "the list has n03 first");
    });

    [TestMethod]
    public void Open_FlatWithoutTruth_HasNoClasses() => Use(folder =>
        Assert.IsNotInstanceOfType<ILabeledImageSource>(ImageNetFolder.Open(folder["val"], FixedDecoder.Tiny)));

    [TestMethod]
    public void Open_ListsThatDoNotFit_NamesThem() => Use(folder =>
    {
        folder.Write("truth.txt", "1\n"u8);
        Assert.Contains("truth.txt has 1 lines", Refused("synsets.txt"));
        folder.Write("truth.txt", "1\n4\n"u8);
        Assert.Contains("truth.txt, entry 2: '4'", Refused("synsets.txt"));
        folder.Write("truth.txt", "n01\nn99\n"u8);
        Assert.Contains("truth.txt, entry 2: 'n99'", Refused("synsets.txt"));
        folder.Write("truth.txt", "1\n2\n"u8);
        Assert.Contains("give the list of the synsets", Refused(null));
        folder.Write("synsets.txt", "n01\nn01\n"u8);
        Assert.Contains("n01 more than once", Refused("synsets.txt"));
        Assert.ThrowsExactly<ArgumentException>(() => Labeled(folder, "train", null, "truth.txt"));
        folder.Write("synsets.txt", "n01\n"u8);
        Assert.Contains("no line for the class folder n03", Assert.ThrowsExactly<InvalidDataException>(() => Labeled(folder, "train", "synsets.txt")).Message);
        Assert.ThrowsExactly<FileNotFoundException>(() => Labeled(folder, "train", "none.txt"));

        string Refused(string? synsets) => Assert.ThrowsExactly<InvalidDataException>(() => Labeled(folder, "val", synsets, "truth.txt")).Message;
    });

    private static void Use(Action<TestFolder> test)
    {
        using var folder = new TestFolder();
        folder.Write("synsets.txt", "n03 shark, white shark\nn01 tench, Tinca tinca\nn02 crane\n"u8);
        folder.Write("train/n01/n01_1.JPEG", Anything);
        folder.Write("train/n03/n03_1.JPEG", Anything);
        folder.Write("val/ILSVRC2012_val_00000002.JPEG", Anything);
        folder.Write("val/ILSVRC2012_val_00000001.JPEG", Anything);
        test(folder);
    }

    private static int[] Labels(ILabeledImageSource source) => [.. Enumerable.Range(0, source.Count).Select(source.LabelOf)];

    private static ILabeledImageSource Labeled(TestFolder folder, string part, string? synsets = null, string? truth = null) => Assert.IsInstanceOfType<ILabeledImageSource>(
        ImageNetFolder.Open(folder[part], FixedDecoder.Tiny, synsets is null ? null : folder[synsets], truth is null ? null : folder[truth]));
}
