using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Tests;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class Cifar10SourceTests
{
    private const int RecordLength = 3073;

    [TestMethod]
    public void Load_TwoFiles_InterleavesPlanes()
    {
        using var folder = new TestFolder();
        folder.Write("1.bin", Record(0, 10));
        folder.Write("2.bin", [.. Record(1, 20), .. Record(0, 30)]);

        using var source = new Cifar10Source([folder["1.bin"], folder["2.bin"]], ["cat", "dog"]);

        Assert.AreEqual(3, source.Count);
        Assert.AreSequenceEqual(new[] { 0, 1, 0 }, Enumerable.Range(0, 3).Select(source.LabelOf));
        Assert.AreEqual($"{folder["2.bin"]}[1]", source.NameOf(2));
        RgbImage image = source.Load(2);
        Assert.AreSequenceEqual(new byte[] { 30, 31, 32, 30, 31, 32 }, image.Pixels[..6]);
        Assert.AreEqual(3072, image.Pixels.Length);
    }

    [TestMethod]
    public void Constructor_NamesBesideFile_TakesThem()
    {
        using var folder = new TestFolder();
        folder.Write("1.bin", Record(1, 10));
        folder.Write("batches.meta.txt", "cat\ndog\n\n"u8);

        using var source = new Cifar10Source([folder["1.bin"]]);

        Assert.AreSequenceEqual(new[] { "cat", "dog" }, source.ClassNames);
    }

    [TestMethod]
    public void Constructor_WrongFile_SaysWhatIsWrong()
    {
        using var folder = new TestFolder();
        folder.Write("cut.bin", Record(0, 1).AsSpan(0, RecordLength - 1));
        folder.Write("label.bin", Record(7, 1));

        Assert.Contains("3072 bytes are no multiple of 3073", Assert.ThrowsExactly<InvalidDataException>(() => new Cifar10Source([folder["cut.bin"]], ["a"])).Message);
        Assert.Contains("record 0 has label 7", Assert.ThrowsExactly<InvalidDataException>(() => new Cifar10Source([folder["label.bin"]], ["a"])).Message);
        Assert.Contains("batches.meta.txt is missing", Assert.ThrowsExactly<FileNotFoundException>(() => new Cifar10Source([folder["label.bin"]])).Message);
    }

    [TestMethod]
    public void Constructor_RealData_HasTenBalancedClasses()
    {
        if (SharedData.Find("data/cifar10/test_batch.bin") is not { } path)
        {
            return;
        }

        using var source = new Cifar10Source([path]);

        Assert.AreEqual(10000, source.Count);
        Assert.AreEqual("airplane", source.ClassNames[0]);
        Assert.IsTrue(Enumerable.Range(0, source.Count).CountBy(source.LabelOf).All(pair => pair.Value == 1000));
    }

    private static byte[] Record(byte label, byte red)
    {
        byte[] record = new byte[RecordLength];
        record[0] = label;
        for (int plane = 0; plane < 3; plane++)
        {
            record.AsSpan(1 + plane * 1024, 1024).Fill((byte)(red + plane));
        }

        return record;
    }
}
