using Google.Protobuf;

namespace Compat.Tests.Support;

/// <summary>Writes small ONNX models field by field, as the format's description numbers them.</summary>
internal static class TinyOnnx
{
    public const int Float = 1;
    public const int Long = 7;
    public const int Text = 8;

    /// <summary>Where LabelEncoder is defined.</summary>
    private const string ClassicDomain = "ai.onnx.ml";

    /// <summary>A size of 0 is unknown.</summary>
    public sealed record Value(string Name, int Kind, params long[] Shape);

    public sealed record Node(string Operator, string[] Inputs, string[] Outputs, string Name = "", params (string Name, object Value)[] Attributes);

    public static void Save(string path, Value[] inputs, Value[] outputs, params Node[] nodes)
    {
        byte[] graph = Message(output =>
        {
            foreach (Node node in nodes)
            {
                Part(output, 1, WriteNode(node));
            }

            TextField(output, 2, "graph");
            foreach (Value input in inputs)
            {
                Part(output, 11, WriteValue(input));
            }

            foreach (Value result in outputs)
            {
                Part(output, 12, WriteValue(result));
            }
        });
        File.WriteAllBytes(path, Message(output =>
        {
            Number(output, 1, 8);
            Part(output, 7, graph);
            Part(output, 8, Message(version => Number(version, 2, 17)));
            Part(output, 8, Message(version =>
            {
                TextField(version, 1, ClassicDomain);
                Number(version, 2, 3);
            }));
        }));
    }

    private static byte[] WriteNode(Node node) => Message(output =>
    {
        foreach (string input in node.Inputs)
        {
            TextField(output, 1, input);
        }

        foreach (string result in node.Outputs)
        {
            TextField(output, 2, result);
        }

        TextField(output, 3, node.Name);
        TextField(output, 4, node.Operator);
        if (node.Operator == "LabelEncoder")
        {
            TextField(output, 7, ClassicDomain);
        }

        foreach ((string name, object value) in node.Attributes)
        {
            Part(output, 5, WriteAttribute(name, value));
        }
    });

    private static byte[] WriteAttribute(string name, object value) => Message(output =>
    {
        TextField(output, 1, name);
        switch (value)
        {
            case long number:
                Number(output, 3, number);
                Number(output, 20, 2);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                {
                    Number(output, 8, number);
                }

                Number(output, 20, 7);
                break;
            case string[] texts:
                foreach (string text in texts)
                {
                    TextField(output, 9, text);
                }

                Number(output, 20, 8);
                break;
            default:
                throw new NotSupportedException();
        }
    });

    private static byte[] WriteValue(Value value) => Message(output =>
    {
        TextField(output, 1, value.Name);
        Part(output, 2, Message(type => Part(type, 1, Message(tensor =>
        {
            Number(tensor, 1, value.Kind);
            Part(tensor, 2, Message(shape =>
            {
                foreach (long size in value.Shape)
                {
                    Part(shape, 1, Message(dimension =>
                    {
                        if (size > 0)
                        {
                            Number(dimension, 1, size);
                        }
                        else
                        {
                            TextField(dimension, 2, "N");
                        }
                    }));
                }
            }));
        }))));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        write(output);
        output.Flush();
        return bytes.ToArray();
    }

    private static void Part(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    private static void TextField(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Number(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }
}
