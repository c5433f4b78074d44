using System.Buffers.Binary;
using System.Text;

namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>Writes pickles byte by byte, sound ones and others.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _bytes = [];

    public PickleBytes() => Raw(0x80, 2);

    public byte[] ToArray() => [.. _bytes];

    public PickleBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBytes Op(char opcode, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            _bytes.Add((byte)opcode);
        }

        return this;
    }

    public PickleBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Op('X').Number4(utf8.Length).Raw(utf8);
    }

    public PickleBytes Integer(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBytes Number4(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public PickleBytes Global(string module, string name) => Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleBytes Tuple(params long[] integers)
    {
        Op('(');
        foreach (long integer in integers)
        {
            Integer(integer);
        }

        return Op('t');
    }

    /// <summary>A storage; <paramref name="view"/> is (first, count) of a legacy storage that is a part of another.</summary>
    public PickleBytes Storage(string key, string kind, long count, (long First, long Count)? view = null)
    {
        Op('(').Text("storage").Global("torch", kind).Text(key).Text("cpu").Integer(count);
        if (view is { } part)
        {
            Op('(').Text("view").Integer(part.First).Integer(part.Count).Op('t');
        }

        return Op('t').Op('Q');
    }

    public PickleBytes Tensor(string key, string kind, long count, long offset, long[] shape, long[] strides, (long First, long Count)? view = null) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage(key, kind, count, view).Integer(offset).Tuple(shape).Tuple(strides)
            .Raw(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');
}
