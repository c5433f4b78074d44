using System.Runtime.InteropServices;
using MaskedPretraining.Core.Checkpoints.PyTorch;

namespace MaskedPretraining.Core.Checkpoints;

[TestClass]
public sealed class CheckpointTests
{
    public required TestContext TestContext { get; init; }

    private string Target => Path.Combine(TestContext.TestTempDirectory!, "model.pth");

    [TestMethod]
    public void Open_ZipFile_ReadsItsTensor()
    {
        using var checkpoint = Open(PthFiles.Zip(PthFiles.OneTensor(), [PthFiles.Counting]));

        Assert.AreEqual(CheckpointFormat.PyTorchZip, checkpoint.Format);
        CollectionAssert.AreEqual(new[] { "w" }, checkpoint.Names.ToArray());
        CollectionAssert.AreEqual(new long[] { 2, 3 }, checkpoint.ShapeOf("w").ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5 }, checkpoint.Read("w").ToSingles());
    }

    [TestMethod]
    public void Open_StreamFile_ReadsItsTensor()
    {
        using var checkpoint = Open(PthFiles.Stream(PthFiles.OneTensor(), sizeof(float), [PthFiles.Counting]));

        Assert.AreEqual(CheckpointFormat.PyTorchStream, checkpoint.Format);
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5 }, checkpoint.Read("w").ToSingles());
    }

    [TestMethod]
    [DataRow(0, new long[] { 3, 2 }, new long[] { 1, 3 }, new float[] { 0, 3, 1, 4, 2, 5 }, DisplayName = "transposed")]
    [DataRow(1, new long[] { 2, 2 }, new long[] { 3, 1 }, new float[] { 1, 2, 4, 5 }, DisplayName = "columns cut out")]
    [DataRow(4, new long[] { 2 }, new long[] { 1 }, new float[] { 4, 5 }, DisplayName = "tail")]
    [DataRow(5, new long[0], new long[0], new float[] { 5 }, DisplayName = "scalar")]
    [DataRow(2, new long[] { 2, 3 }, new long[] { 0, 1 }, new float[] { 2, 3, 4, 2, 3, 4 }, DisplayName = "broadcast")]
    [DataRow(0, new long[] { 3, 1, 2 }, new long[] { 2, 77, 1 }, new float[] { 0, 1, 2, 3, 4, 5 }, DisplayName = "stride of an axis of one")]
    [DataRow(6, new long[] { 0, 4 }, new long[] { 4, 1 }, new float[0], DisplayName = "empty")]
    public void Read_ViewOfAStorage_StandsInARow(int offset, long[] shape, long[] strides, float[] expected)
    {
        var contents = new PickleBytes().Op('}').Text("w").Tensor("0", "FloatStorage", 6, offset, shape, strides).Op('s').Op('.');
        foreach (byte[] bytes in new[] { PthFiles.Zip(contents, [PthFiles.Counting]), PthFiles.Stream(contents, sizeof(float), [PthFiles.Counting]) })
        {
            using var checkpoint = Open(bytes);
            CollectionAssert.AreEqual(expected, checkpoint.Read("w").ToSingles());
        }
    }

    [TestMethod]
    public void Read_StreamStorageThatIsAPartOfAnother_CountsFromThere()
    {
        var contents = new PickleBytes().Op('}').Text("w").Tensor("0", "FloatStorage", 6, 1, [2], [1], view: (2, 3)).Op('s').Op('.');
        using var checkpoint = Open(PthFiles.Stream(contents, sizeof(float), [PthFiles.Counting]));
        CollectionAssert.AreEqual(new float[] { 3, 4 }, checkpoint.Read("w").ToSingles());
    }

    [TestMethod]
    public void Names_OfNestedContainers_AreTheKeysOnTheWay()
    {
        // {"model": {"a.b": w}, "epoch": 3, "list": [w, (w,)], "args": Namespace(), 7: Parameter(w)}
        var contents = new PickleBytes().Op('}').Op('(')
            .Text("model").Op('}').Text("a.b").Tensor("0", "FloatStorage", 6, 0, [6], [1]).Op('s')
            .Text("epoch").Integer(3)
            .Text("list").Op(']').Op('(').Tensor("0", "FloatStorage", 6, 0, [6], [1]).Tensor("0", "FloatStorage", 6, 0, [6], [1]).Raw(0x85).Op('e')
            .Text("args").Global("argparse", "Namespace").Op(')').Raw(0x81).Op('}').Text("hidden").Tensor("0", "FloatStorage", 6, 0, [6], [1]).Op('s').Op('b')
            .Integer(7).Global("torch._utils", "_rebuild_parameter").Op('(').Tensor("0", "FloatStorage", 6, 0, [6], [1]).Raw(0x88).Op('}').Op('t').Op('R')
            .Op('u').Op('.');
        using var checkpoint = Open(PthFiles.Zip(contents, [PthFiles.Counting]));
        CollectionAssert.AreEqual(new[] { "model/a.b", "list/0", "list/1/0", "7" }, checkpoint.Names.ToArray());
    }

    [TestMethod]
    [DataRow("HalfStorage", TensorElementType.F16)]
    [DataRow("BFloat16Storage", TensorElementType.BF16)]
    [DataRow("DoubleStorage", TensorElementType.F64)]
    [DataRow("LongStorage", TensorElementType.I64)]
    [DataRow("IntStorage", TensorElementType.I32)]
    [DataRow("ShortStorage", TensorElementType.I16)]
    [DataRow("CharStorage", TensorElementType.I8)]
    [DataRow("ByteStorage", TensorElementType.U8)]
    [DataRow("BoolStorage", TensorElementType.Bool)]
    public void Read_EveryStorageType_KeepsItsBytes(string kind, TensorElementType type)
    {
        byte[] bytes = [.. Enumerable.Range(1, 2 * type.SizeInBytes()).Select(i => (byte)i)];
        var contents = new PickleBytes().Op('}').Text("w").Tensor("0", kind, 2, 0, [2], [1]).Op('s').Op('.');
        using var checkpoint = Open(PthFiles.Zip(contents, [bytes]));
        Assert.AreEqual(type, checkpoint.TypeOf("w"));
        CollectionAssert.AreEqual(bytes, checkpoint.Read("w").Bytes);
    }

    [TestMethod]
    public void Read_UntypedStorage_TakesTheTypeFromTheTensor()
    {
        var contents = new PickleBytes().Op('}').Text("w")
            .Global("torch._utils", "_rebuild_tensor_v3").Op('(').Storage("0", "UntypedStorage", 24).Integer(2).Tuple(2).Tuple(1).Raw(0x89).Op('}').Global("torch", "float32").Op('t').Op('R')
            .Op('s').Op('.');
        using var checkpoint = Open(PthFiles.Zip(contents, [PthFiles.Counting]));
        CollectionAssert.AreEqual(new float[] { 2, 3 }, checkpoint.Read("w").ToSingles());
    }

    [TestMethod]
    public void Open_IndexOfSeveralFiles_ReadsFromAll()
    {
        string folder = TestContext.TestTempDirectory!;
        SafetensorsFile.Write(Path.Combine(folder, "a.safetensors"), new StateDictionary { ["x"] = TensorData.FromSingles([1], 1) });
        File.WriteAllBytes(Path.Combine(folder, "b.bin"), PthFiles.Zip(PthFiles.OneTensor(), [PthFiles.Counting]));
        string index = WriteIndex("""{"metadata": {"total_size": 28}, "weight_map": {"w": "b.bin", "x": "a.safetensors"}}""");

        using var checkpoint = Checkpoint.Open(index);
        Assert.AreEqual(CheckpointFormat.Sharded, checkpoint.Format);
        CollectionAssert.AreEqual(new[] { "w", "x" }, checkpoint.Names.ToArray());
        Assert.AreEqual(1, checkpoint.Read("x").ToSingles()[0]);
        Assert.AreEqual(5, checkpoint.Read("w").ToSingles()[5]);
    }

    [TestMethod]
    [DataRow("""{"weight_map": {"w": "../b.bin"}}""", "plain names")]
    [DataRow("""{"weight_map": {"w": "/etc/passwd"}}""", "plain names")]
    [DataRow("""{"weight_map": {"w": "model.index.json"}}""", "it is an index itself")]
    [DataRow("""{"weight_map": {"w": "c.bin"}}""", "'c.bin', which is not in the same folder")]
    [DataRow("""{"weight_map": {"other": "b.bin"}}""", "'other' lies in 'b.bin', but it does not")]
    [DataRow("""{"weight_map": {"w": "b.bin", "w": "b.bin"}}""", "two entries 'w'")]
    [DataRow("""{"weight_map": ["w"]}""", "no index")]
    [DataRow("""{"weight_map": {"w": 3}}""", "no index")]
    [DataRow("""{"weights": {}}""", "no index")]
    [DataRow("{", "no index")]
    public void Open_BadIndex_SaysWhatIsWrong(string json, string reason)
    {
        File.WriteAllBytes(Path.Combine(TestContext.TestTempDirectory!, "b.bin"), PthFiles.Zip(PthFiles.OneTensor(), [PthFiles.Counting]));
        string index = WriteIndex(json);
        var exception = Assert.ThrowsExactly<CheckpointFormatException>(() => Checkpoint.Open(index));
        Assert.Contains(reason, exception.Message);
        Assert.Contains("model.index.json", exception.Message);
    }

    [TestMethod]
    public void Read_UnknownName_NamesThoseThatAre()
    {
        using var checkpoint = Open(PthFiles.Zip(PthFiles.OneTensor(), [PthFiles.Counting]));
        var exception = Assert.ThrowsExactly<CheckpointFormatException>(() => checkpoint.Read("v"));
        Assert.Contains("no tensor 'v'; it has 1: w", exception.Message);
    }

    [TestMethod]
    public void Read_MillionElements_IsExact()
    {
        float[] values = [.. Enumerable.Range(0, 1 << 20).Select(i => (float)i)];
        var contents = new PickleBytes().Op('}').Text("w").Tensor("0", "FloatStorage", values.Length, 0, [1024, 1024], [1, 1024]).Op('s').Op('.');
        using var checkpoint = Open(PthFiles.Zip(contents, [MemoryMarshal.AsBytes<float>(values).ToArray()]));
        float[] read = checkpoint.Read("w").ToSingles();
        for (int i = 0; i < values.Length; i++)
        {
            Assert.AreEqual((i % 1024 * 1024) + (i / 1024), read[i]);
        }
    }

    private Checkpoint Open(byte[] bytes)
    {
        File.WriteAllBytes(Target, bytes);
        return Checkpoint.Open(Target);
    }

    private string WriteIndex(string json)
    {
        string path = Path.Combine(TestContext.TestTempDirectory!, "model.index.json");
        File.WriteAllText(path, json);
        return path;
    }
}
