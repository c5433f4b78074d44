using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MaskedPretraining.Core.Checkpoints;

[TestClass]
public sealed class SafetensorsFileTests
{
    public required TestContext TestContext { get; init; }

    private string Target => Path.Combine(TestContext.TestTempDirectory!, "model.safetensors");

    [TestMethod]
    public void Write_EveryTypeAndShape_ReadsBackTheSame()
    {
        var state = new StateDictionary { Metadata = { ["note"] = "räksmörgås \"quoted\"", ["architecture"] = "vit" } };
        foreach (var type in Enum.GetValues<TensorElementType>())
        {
            state[$"tensor {type}"] = new TensorData(type, [3, 1], [.. Enumerable.Range(1, 3 * type.SizeInBytes()).Select(i => (byte)i)]);
        }

        state["scalar"] = TensorData.FromSingles([2.5f]);
        state["empty"] = TensorData.FromSingles([], 0, 4);
        SafetensorsFile.Write(Target, state);

        var read = SafetensorsFile.Read(Target);
        CollectionAssert.AreEquivalent(state.Names.ToArray(), read.Names.ToArray());
        CollectionAssert.AreEqual(state.Metadata.ToArray(), read.Metadata.ToArray());
        foreach (string name in state.Names)
        {
            Assert.AreEqual(state[name].Type, read[name].Type, name);
            CollectionAssert.AreEqual(state[name].Shape.ToArray(), read[name].Shape.ToArray(), name);
            CollectionAssert.AreEqual(state[name].Bytes, read[name].Bytes, name);
        }
    }

    [TestMethod]
    public void Write_MixedTypes_AlignsEveryTensorToItsElements()
    {
        var state = new StateDictionary
        {
            ["a"] = TensorData.FromBytes([1, 2, 3], 3),
            ["b"] = TensorData.FromSingles([1], 1),
            ["c"] = TensorData.FromDoubles([1], 1),
        };
        SafetensorsFile.Write(Target, state);
        byte[] bytes = File.ReadAllBytes(Target);
        Assert.AreEqual(0, (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8, "the data starts at a multiple of 8");
        CollectionAssert.AreEqual(new[] { "c", "b", "a" }, SafetensorsFile.Read(Target).Names.ToArray());
    }

    [TestMethod]
    public void Write_SameContents_GivesTheSameBytes()
    {
        var first = new StateDictionary { ["x"] = TensorData.FromSingles([1], 1), ["y"] = TensorData.FromSingles([2], 1), Metadata = { ["b"] = "1", ["a"] = "2" } };
        var second = new StateDictionary { ["y"] = TensorData.FromSingles([2], 1), ["x"] = TensorData.FromSingles([1], 1), Metadata = { ["a"] = "2", ["b"] = "1" } };
        SafetensorsFile.Write(Target, first);
        byte[] bytes = File.ReadAllBytes(Target);
        SafetensorsFile.Write(Target, second);
        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(Target));
    }

    [TestMethod]
    public void Write_StreamedTensorOfTheWrongLength_LeavesNoFile()
    {
        var tensor = new StreamedTensor("w", TensorElementType.F32, [2], stream => stream.Write(new byte[4]));
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => SafetensorsFile.Write(Target, [tensor], new Dictionary<string, string>()));
        Assert.Contains("'w'", exception.Message);
        Assert.IsEmpty(Directory.GetFileSystemEntries(TestContext.TestTempDirectory!));
    }

    [TestMethod]
    [DataRow("w", "w")]
    [DataRow("w", "__metadata__")]
    public void Write_NameTwiceOrReserved_IsRefused(string first, string second)
    {
        StreamedTensor[] tensors = [Empty(first), Empty(second)];
        Assert.ThrowsExactly<ArgumentException>(() => SafetensorsFile.Write(Target, tensors, new Dictionary<string, string>()));
        static StreamedTensor Empty(string name) => new(name, TensorElementType.F32, [0], _ => { });
    }

    [TestMethod]
    public void Read_PieceOfATensor_FillsTheDestination()
    {
        SafetensorsFile.Write(Target, new StateDictionary { ["w"] = TensorData.FromSingles([1, 2, 3, 4], 4) });
        using var reader = new SafetensorsReader(Target);
        var piece = new float[2];
        reader.Read("w", MemoryMarshal.AsBytes(piece.AsSpan()), offset: 4);
        CollectionAssert.AreEqual(new[] { 2f, 3 }, piece);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => reader.Read("w", MemoryMarshal.AsBytes(piece.AsSpan()), offset: 12));
    }

    [TestMethod]
    public void Read_NameThatIsNotThere_ListsTheNames()
    {
        SafetensorsFile.Write(Target, new StateDictionary { ["w"] = TensorData.FromSingles([1], 1) });
        using var reader = new SafetensorsReader(Target);
        Assert.Contains("it has no tensor 'v'; it has 1: w", Assert.ThrowsExactly<CheckpointFormatException>(() => reader.Read("v")).Message);
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "overlaps")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "belong to no tensor")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "was cut off")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "1 bytes follow the last tensor")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "more elements than 64 bits")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "shape")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "shape")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "backwards")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "lacks")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks")]
    [DataRow("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "two element types")]
    [DataRow("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8, "element type 'C64'")]
    [DataRow("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "element type 'f32'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "two tensors named 'a'")]
    [DataRow("""{"__metadata__":{"n":3}}""", 0, "attribute 'n' is not text")]
    [DataRow("""{"__metadata__":{"n":"3","n":"4"}}""", 0, "two attributes 'n'")]
    [DataRow("""{"__metadata__":{},"__metadata__":{}}""", 0, "two entries")]
    [DataRow("""{"__metadata__":[]}""", 0, "not an object")]
    [DataRow("""{"a":[]}""", 0, "not an object")]
    [DataRow("""[]""", 0, "does not start with '{'")]
    [DataRow(""" {}""", 0, "does not start with '{'")]
    [DataRow("""{"a":""", 0, "not valid JSON")]
    [DataRow("""{}x""", 0, "not valid JSON")]
    [DataRow("", 0, "does not start with '{'")]
    public void Read_DamagedHeader_NamesFileAndDefect(string header, int dataBytes, string defect)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        WriteRaw((ulong)json.Length, json, dataBytes);
        var exception = Assert.ThrowsExactly<CheckpointFormatException>(() => SafetensorsFile.Read(Target));
        Assert.StartsWith(Target, exception.Message);
        Assert.Contains(defect, exception.Message);
    }

    [TestMethod]
    [DataRow(ulong.MaxValue)]
    [DataRow(3UL)]
    [DataRow(100_000_001UL)]
    public void Read_HeaderLongerThanTheFile_IsRefusedBeforeMemoryIsTaken(ulong length)
    {
        WriteRaw(length, "{}"u8, 0);
        Assert.Contains("claims a header", Assert.ThrowsExactly<CheckpointFormatException>(() => SafetensorsFile.Read(Target)).Message);
    }

    [TestMethod]
    public void Read_InvalidUtf8_IsRefused()
    {
        WriteRaw(11, [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'{', (byte)'}', (byte)'}', (byte)' ', (byte)' ', (byte)' '], 0);
        Assert.ThrowsExactly<CheckpointFormatException>(() => SafetensorsFile.Read(Target));
    }

    [TestMethod]
    public void Read_FieldsOfALaterVersion_AreIgnored()
    {
        byte[] json = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"new":{"x":[1]}}}"""u8.ToArray();
        WriteRaw((ulong)json.Length, json, 1);
        Assert.AreEqual(1, SafetensorsFile.Read(Target).Count);
    }

    [TestMethod]
    public void Read_RandomlyDamagedFile_NeverFailsWithAnythingButItsOwnError()
    {
        SafetensorsFile.Write(Target, new StateDictionary { ["a"] = TensorData.FromSingles([1, 2], 2), ["b"] = TensorData.FromInt64s([3], 1), Metadata = { ["k"] = "v" } });
        byte[] sound = File.ReadAllBytes(Target);
        var random = new Randomness.RandomStream(1, Randomness.RandomPurpose.Order, 0, 0);
        for (int trial = 0; trial < 500; trial++)
        {
            byte[] damaged = sound[..(trial % 2 == 0 ? sound.Length : random.NextInt32(sound.Length))];
            for (int i = 0; i < 3 && damaged.Length > 0; i++)
            {
                damaged[random.NextInt32(damaged.Length)] = (byte)random.NextInt32(256);
            }

            File.WriteAllBytes(Target, damaged);
            try
            {
                SafetensorsFile.Read(Target);
            }
            catch (CheckpointFormatException)
            {
                // The only error that may come out.
            }
        }
    }

    private void WriteRaw(ulong length, ReadOnlySpan<byte> header, int dataBytes)
    {
        var bytes = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        header.CopyTo(bytes.AsSpan(8));
        File.WriteAllBytes(Target, bytes);
    }
}
