using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class Stl10FolderTests
{
    private const int Side = 96;

    [TestMethod]
    public void Open_Train_TurnsColumnsIntoRows()
    {
        using var folder = Folder();

        var source = Assert.IsInstanceOfType<ILabeledImageSource>(Stl10Folder.Open(folder.Path, Stl10Split.Train));
        RgbImage image = source.Load(1);

        Assert.AreEqual(2, source.Count);
        Assert.AreEqual("bird", source.ClassNames[source.LabelOf(0)]);
        Assert.AreEqual("airplane", source.ClassNames[source.LabelOf(1)]);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                Assert.AreEqual(Value(1, 0, y, x), image.Pixels[(y * Side + x) * 3], $"red at row {y}, column {x}");
                Assert.AreEqual(Value(1, 2, y, x), image.Pixels[(y * Side + x) * 3 + 2], $"blue at row {y}, column {x}");
            }
        }
    }

    [TestMethod]
    public void Open_Unlabeled_HasNoClassesAndNeedsNoList()
    {
        using var folder = new TestFolder();
        folder.Write("unlabeled_X.bin", Image(0));

        var source = Stl10Folder.Open(folder.Path, Stl10Split.Unlabeled);

        Assert.IsNotInstanceOfType<ILabeledImageSource>(source);
        Assert.AreEqual(1, source.Count);
    }

    [TestMethod]
    public void Open_Fold_TakesItsImages()
    {
        using var folder = Folder();
        folder.Write("fold_indices.txt", "1 0 \n0\n0\n0\n0\n0\n0\n0\n0\n1\n"u8);

        Assert.AreEqual(2, Stl10Folder.Open(folder.Path, Stl10Split.Train, fold: 0).Count);
        var last = Assert.IsInstanceOfType<ILabeledImageSource>(Stl10Folder.Open(folder.Path, Stl10Split.Train, fold: 9));
        Assert.AreEqual($"{folder["train_X.bin"]}[1]", last.NameOf(0));
        Assert.AreEqual(0, last.LabelOf(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Stl10Folder.Open(folder.Path, Stl10Split.Train, fold: 10));
        Assert.ThrowsExactly<ArgumentException>(() => Stl10Folder.Open(folder.Path, Stl10Split.Test, fold: 0));
    }

    [TestMethod]
    public void Open_FilesThatDoNotFit_NamesThem()
    {
        using var folder = Folder();

        Assert.Contains("test_X.bin is missing", Assert.ThrowsExactly<FileNotFoundException>(() => Stl10Folder.Open(folder.Path, Stl10Split.Test)).Message);
        Assert.Contains("fold_indices.txt is missing", Assert.ThrowsExactly<FileNotFoundException>(() => Stl10Folder.Open(folder.Path, Stl10Split.Train, 0)).Message);
        folder.Write("fold_indices.txt", "0\n"u8);
        Assert.Contains("1 lines", Refused());
        folder.Write("fold_indices.txt", "2\n0\n0\n0\n0\n0\n0\n0\n0\n1\n"u8);
        Assert.Contains("'2' is no image number from 0 to 1", Refused());
        folder.Write("train_y.bin", [1, 3]);
        Assert.Contains("label 3 for image 1", Refused());
        folder.Write("train_y.bin", [1]);
        Assert.Contains("train_y.bin has 1 labels", Refused());
        folder.Write("train_X.bin", Image(0).AsSpan(1));
        Assert.Contains("27647 bytes are no multiple of 27648", Refused());

        string Refused() => Assert.ThrowsExactly<InvalidDataException>(() => Stl10Folder.Open(folder.Path, Stl10Split.Train, 0)).Message;
    }

    private static TestFolder Folder()
    {
        var folder = new TestFolder();
        folder.Write("train_X.bin", [.. Image(0), .. Image(1)]);
        folder.Write("train_y.bin", [2, 1]);
        folder.Write("class_names.txt", "airplane\nbird\n"u8);
        return folder;
    }

    private static byte Value(int image, int plane, int y, int x) => (byte)(image * 50 + plane * 20 + y * 3 + x * 7);

    /// <summary>Planes of red, green and blue, each column after column.</summary>
    private static byte[] Image(int number) =>
    [
        .. from plane in Enumerable.Range(0, 3)
           from x in Enumerable.Range(0, Side)
           from y in Enumerable.Range(0, Side)
           select Value(number, plane, y, x),
    ];
}
