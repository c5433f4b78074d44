using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using MaskedPretraining.Core.Checkpoints.PyTorch;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Files that are made to hang, crash or exhaust whoever opens them. Each must end quickly, with little memory, in the documented exception.</summary>
[TestClass]
public sealed class HostileCheckpointTests
{
    // The largest test file has a few megabytes; a list of a million lists takes some hundred bytes each.
    private const long MostBytes = 600L << 20;
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(20);

    public required TestContext TestContext { get; init; }

    private string Target => Path.Combine(TestContext.TestTempDirectory!, "hostile.pth");

    [TestMethod]
    public void Open_MillionDeepList_IsRefused() =>
        Refused(Pickle(p => p.Op('}').Text("w").Op(']', 1_000_000).Op('a', 999_999).Op('s').Op('.')), "nested more than 100 deep");

    [TestMethod]
    public void Open_MillionDeepTuple_IsRefused() =>
        Refused(Pickle(p => p.Op(')').Raw([.. Enumerable.Repeat((byte)0x85, 1_000_000)]).Op('.')), "nested more than 100 deep");

    [TestMethod]
    public void Open_MillionMarks_IsRefused() => Refused(Pickle(p => p.Op('(', 1_000_000).Op('.')), "a value is missing");

    [TestMethod]
    public void Open_MillionDeepCalls_IsRefused()
    {
        // Each function is to be called by the one before it.
        var pickle = new PickleBytes().Global("torch._tensor", "_rebuild_from_type_v2").Op('q').Raw(0).Op(')');
        for (int i = 0; i < 200_000; i++)
        {
            pickle.Op('q').Raw(1).Op('0').Op('(').Op('h').Raw(0).Op('N').Op('h').Raw(1).Op('N').Op('t');
        }

        Refused(PthFiles.Zip(pickle.Op('q').Raw(1).Op('0').Op('h').Raw(0).Op('h').Raw(1).Op('R').Op('.'), []), "_rebuild_from_type_v2 has other arguments");
    }

    [TestMethod]
    public void Open_ListThatDoublesItselfFortyTimes_IsRefused()
    {
        var pickle = new PickleBytes().Op('}').Text("w").Tensor("0", "FloatStorage", 6, 0, [6], [1]);
        for (int i = 0; i < 40; i++)
        {
            // (x, x)
            pickle.Op('2').Raw(0x86);
        }

        Refused(PthFiles.Zip(pickle.Op('s').Op('.'), [PthFiles.Counting]), "in number");
    }

    [TestMethod]
    public void Open_DictionaryThatContainsItself_IsRefused() =>
        Refused(Pickle(p => p.Op('}').Op('q').Raw(0).Text("self").Op('h').Raw(0).Op('s').Op('.')), "one contains itself");

    [TestMethod]
    public void Open_ManyInstructions_IsRefused() => Refused(Pickle(p => p.Op('}', 5_000_000).Op('.')), "more than 4000000 instructions");

    [TestMethod]
    [DataRow(0x58, 4, DisplayName = "text")]
    [DataRow(0x54, 4, DisplayName = "Python 2 text")]
    [DataRow(0x42, 4, DisplayName = "bytes")]
    [DataRow(0x8d, 8, DisplayName = "long text")]
    [DataRow(0x8e, 8, DisplayName = "long bytes")]
    [DataRow(0x96, 8, DisplayName = "byte array")]
    public void Open_TextLongerThanTheFile_IsRefusedBeforeMemoryIsTaken(int opcode, int lengthBytes)
    {
        byte[] huge = [.. Enumerable.Repeat((byte)0xff, lengthBytes - 1), 0x7f];
        Refused(Pickle(p => p.Raw((byte)opcode).Raw(huge).Op('.')), "more bytes are needed", mostBytes: 8 << 20);
    }

    [TestMethod]
    public void Open_NegativeLength_IsRefused() => Refused(Pickle(p => p.Raw(0x8d).Raw([.. Enumerable.Repeat((byte)0xff, 8)]).Op('.')), "-1 more bytes");

    [TestMethod]
    public void Open_IntegerOfMillionsOfBytes_IsRefused() => Refused(Pickle(p => p.Raw(0x8b).Number4(1 << 30).Op('.')), "an integer of 1073741824 bytes");

    [TestMethod]
    [DataRow(6, 0, new long[] { 7 }, new long[] { 1 }, "'w' reaches to element 6 of a storage of 6")]
    [DataRow(6, 5, new long[] { 2 }, new long[] { 1 }, "'w' reaches to element 6")]
    [DataRow(6, 0, new long[] { 2, 3 }, new long[] { 4, 1 }, "'w' reaches to element 6")]
    [DataRow(6, -1, new long[] { 2 }, new long[] { 1 }, "negative size, stride or offset")]
    [DataRow(6, 0, new long[] { -2 }, new long[] { 1 }, "negative size, stride or offset")]
    [DataRow(6, 5, new long[] { 2 }, new long[] { -1 }, "negative size, stride or offset")]
    [DataRow(6, 0, new long[] { 2, 3 }, new long[] { 1 }, "2 sizes and 1 strides")]
    [DataRow(6, 0, new long[] { long.MaxValue, 2 }, new long[] { 0, 0 }, "64 bits cannot count")]
    [DataRow(6, 0, new long[] { 3, 3 }, new long[] { long.MaxValue, long.MaxValue }, "64 bits cannot count")]
    [DataRow(6, long.MaxValue, new long[] { 1 }, new long[] { 1 }, "64 bits cannot count")]
    [DataRow(6, 0, new long[] { 1 << 20, 1 << 20 }, new long[] { 0, 0 }, "but its storage only 24")]
    [DataRow(long.MaxValue, 0, new long[] { 6 }, new long[] { 1 }, "64 bits cannot count")]
    [DataRow(1L << 40, 0, new long[] { 1L << 40 }, new long[] { 1 }, "must have 4398046511104 bytes, but has 24")]
    [DataRow(5, 0, new long[] { 5 }, new long[] { 1 }, "must have 20 bytes, but has 24")]
    public void Open_TensorThatCannotBe_IsRefused(long count, long offset, long[] shape, long[] strides, string reason)
    {
        var contents = new PickleBytes().Op('}').Text("w").Tensor("0", "FloatStorage", count, offset, shape, strides).Op('s').Op('.');
        Refused(PthFiles.Zip(contents, [PthFiles.Counting]), reason, mostBytes: 8 << 20);
    }

    [TestMethod]
    public void Open_TensorOfAThousandAxes_IsRefused()
    {
        long[] axes = [.. Enumerable.Repeat(1L, 1000)];
        var contents = new PickleBytes().Op('}').Text("w").Tensor("0", "FloatStorage", 6, 0, axes, axes).Op('s').Op('.');
        Refused(PthFiles.Zip(contents, [PthFiles.Counting]), "1000 sizes");
    }

    [TestMethod]
    public void Open_StreamPartBeyondItsStorage_IsRefused()
    {
        var contents = new PickleBytes().Op('}').Text("w").Tensor("0", "FloatStorage", 6, 0, [4], [1], view: (3, 4)).Op('s').Op('.');
        Refused(PthFiles.Stream(contents, sizeof(float), [PthFiles.Counting]), "a part of storage '0' that ends after it");
    }

    [TestMethod]
    public void Open_MissingStorage_IsRefused() => Refused(PthFiles.Zip(PthFiles.OneTensor(), []), "storage '0' of tensor 'w' is missing");

    [TestMethod]
    public void Open_StreamThatClaimsMoreThanItHas_IsRefused()
    {
        byte[] bytes = PthFiles.Stream(PthFiles.OneTensor(), sizeof(float), [PthFiles.Counting]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(bytes.Length - PthFiles.Counting.Length - 8), long.MaxValue);
        Refused(bytes, "claims 9223372036854775807 elements", mostBytes: 8 << 20);
    }

    [TestMethod]
    public void Open_BigEndian_IsRefused()
    {
        Refused(PthFiles.Zip(PthFiles.OneTensor(), [PthFiles.Counting], [("byteorder", Encoding.ASCII.GetBytes("big"))]), "byte order 'big'");
        Refused(PthFiles.Stream(PthFiles.OneTensor(), sizeof(float), [PthFiles.Counting], isLittleEndian: false), "big-endian");
    }

    [TestMethod]
    public void Open_ZipBomb_IsRefusedWithoutUnpacking() =>
        Refused(PthFiles.Zip(PthFiles.OneTensor(), [new byte[100 << 20]], compression: CompressionLevel.Optimal), "is compressed", mostBytes: 8 << 20);

    [TestMethod]
    public void Open_CompiledProgram_IsRefused() => Refused(PthFiles.Zip(PthFiles.OneTensor(), [PthFiles.Counting], [("constants.pkl", [1])]), "TorchScript");

    [TestMethod]
    public void Open_OtherZipFile_IsRefused()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("readme.txt").Open().Dispose();
        }

        Refused(stream.ToArray(), "no data.pkl");
    }

    [TestMethod]
    [DataRow("os", "system")]
    [DataRow("builtins", "eval")]
    [DataRow("torch.storage", "_load_from_bytes")]
    public void Open_CallOfAnythingElse_IsRefusedAndNotMade(string module, string name) =>
        Refused(Pickle(p => p.Global(module, name).Op('(').Text("touch executed").Op('t').Op('R').Op('.')), $"an object of {module}.{name}");

    [TestMethod]
    public void Open_StorageMadeByACall_IsRefused() =>
        Refused(
            Pickle(p => p.Op('}').Text("w").Global("torch._utils", "_rebuild_tensor_v2").Op('(')
                .Global("os", "system").Op('(').Text("touch executed").Op('t').Op('R').Integer(0).Tuple(1).Tuple(1).Raw(0x89).Op('}').Op('t').Op('R').Op('s').Op('.')),
            "something else than a stored storage");

    [TestMethod]
    [DataRow(new byte[0])]
    [DataRow(new byte[] { 1, 2, 3 })]
    [DataRow(new byte[] { 0x80, 2 })]
    [DataRow(new byte[] { 0x80, 2, (byte)'K', 1, (byte)'.' })]
    [DataRow(new byte[] { (byte)'P', (byte)'K', 3, 4 })]
    [DataRow(new byte[] { (byte)'{', (byte)'}' })]
    public void Open_SomethingElse_IsRefused(byte[] bytes) => Refused(bytes, "hostile.pth cannot be used");

    private static byte[] Pickle(Func<PickleBytes, PickleBytes> write) => PthFiles.Zip(write(new PickleBytes()), []);

    private void Refused(byte[] bytes, string reason, long mostBytes = MostBytes)
    {
        File.WriteAllBytes(Target, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        var exception = Assert.ThrowsExactly<CheckpointFormatException>(() => Checkpoint.Open(Target).Dispose());
        Assert.IsLessThan(mostBytes, GC.GetAllocatedBytesForCurrentThread() - before, "bytes taken");
        Assert.IsLessThan(LongestTime, clock.Elapsed);
        Assert.Contains(reason, exception.Message);
        Assert.Contains(Target, exception.Message);
    }
}
