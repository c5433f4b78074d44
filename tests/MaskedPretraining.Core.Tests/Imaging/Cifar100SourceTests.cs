using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class Cifar100SourceTests
{
    private const int RecordLength = 3074;

    [TestMethod]
    [DataRow(Cifar100Labels.Fine, "maple,oak,bus", 2)]
    [DataRow(Cifar100Labels.Coarse, "trees,vehicles", 1)]
    public void LabelOf_EitherKind_TakesItsByteAndItsNames(Cifar100Labels labels, string names, int last)
    {
        using var folder = new TestFolder();
        folder.Write("train.bin", [.. Record(0, 1, 10), .. Record(1, 2, 20)]);
        folder.Write("fine_label_names.txt", "maple\noak\nbus\n"u8);
        folder.Write("coarse_label_names.txt", "trees\nvehicles\n"u8);

        using var source = new Cifar100Source([folder["train.bin"]], labels);

        Assert.AreEqual(names, string.Join(',', source.ClassNames));
        Assert.AreEqual(last, source.LabelOf(1));
        Assert.AreSequenceEqual(new byte[] { 20, 21, 22 }, source.Load(1).Pixels[..3]);
        Assert.AreEqual($"{folder["train.bin"]}[1]", source.NameOf(1));
    }

    [TestMethod]
    public void Constructor_WrongFile_SaysWhatIsWrong()
    {
        using var folder = new TestFolder();
        folder.Write("cut.bin", Record(0, 0, 1).AsSpan(1));
        folder.Write("label.bin", Record(0, 7, 1));

        Assert.Contains("3073 bytes are no multiple of 3074", Assert.ThrowsExactly<InvalidDataException>(() => new Cifar100Source([folder["cut.bin"]], classNames: ["a"])).Message);
        Assert.Contains("record 0 has label 7", Assert.ThrowsExactly<InvalidDataException>(() => new Cifar100Source([folder["label.bin"]], classNames: ["a"])).Message);
        Assert.Contains("fine_label_names.txt is missing", Assert.ThrowsExactly<FileNotFoundException>(() => new Cifar100Source([folder["label.bin"]])).Message);
        Assert.Contains("none.bin is missing", Assert.ThrowsExactly<FileNotFoundException>(() => new Cifar100Source([folder["none.bin"]], classNames: ["a"])).Message);
    }

    private static byte[] Record(byte coarse, byte fine, byte red)
    {
        byte[] record = new byte[RecordLength];
        (record[0], record[1]) = (coarse, fine);
        for (int plane = 0; plane < 3; plane++)
        {
            record.AsSpan(2 + plane * 1024, 1024).Fill((byte)(red + plane));
        }

        return record;
    }
}
