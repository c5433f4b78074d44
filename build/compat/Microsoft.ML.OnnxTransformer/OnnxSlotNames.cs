using Google.Protobuf;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Finds the nodes named mlnet.COLUMN.SlotNames in a model file and their attribute keys_strings.</summary>
internal static class OnnxSlotNames
{
    private const int ModelGraph = 7;
    private const int GraphNode = 1;
    private const int NodeName = 3;
    private const int NodeAttribute = 5;
    private const int AttributeName = 1;
    private const int AttributeStrings = 9;
    private const string Prefix = "mlnet.";
    private const string Suffix = ".SlotNames";

    public static Dictionary<string, ReadOnlyMemory<char>[]> Read(string filePath)
    {
        var found = new Dictionary<string, ReadOnlyMemory<char>[]>();
        using FileStream file = File.OpenRead(filePath);
        using CodedInputStream model = CodedInputStream.CreateWithLimits(file, int.MaxValue, 100);
        for (uint tag; (tag = model.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) != ModelGraph)
                model.SkipLastField();
            else
                ReadGraph(model, model.ReadLength() + model.Position, found);
        }
        return found;
    }

    private static void ReadGraph(CodedInputStream model, long end, Dictionary<string, ReadOnlyMemory<char>[]> found)
    {
        while (model.Position < end)
        {
            uint tag = model.ReadTag();
            if (WireFormat.GetTagFieldNumber(tag) == GraphNode)
                ReadNode(model.ReadBytes().CreateCodedInput(), found);
            else
                model.SkipLastField();
        }
    }

    private static void ReadNode(CodedInputStream node, Dictionary<string, ReadOnlyMemory<char>[]> found)
    {
        string name = "";
        ReadOnlyMemory<char>[] names = null;
        for (uint tag; (tag = node.ReadTag()) != 0;)
        {
            int field = WireFormat.GetTagFieldNumber(tag);
            if (field == NodeName)
                name = node.ReadString();
            else if (field == NodeAttribute)
                names = ReadAttribute(node.ReadBytes().CreateCodedInput()) ?? names;
            else
                node.SkipLastField();
        }
        if (names != null && name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length > Prefix.Length + Suffix.Length)
            found.TryAdd(name[Prefix.Length..^Suffix.Length], names);
    }

    private static ReadOnlyMemory<char>[] ReadAttribute(CodedInputStream attribute)
    {
        string name = "";
        var strings = new List<ReadOnlyMemory<char>>();
        for (uint tag; (tag = attribute.ReadTag()) != 0;)
        {
            int field = WireFormat.GetTagFieldNumber(tag);
            if (field == AttributeName)
                name = attribute.ReadString();
            else if (field == AttributeStrings)
                strings.Add(attribute.ReadBytes().ToStringUtf8().AsMemory());
            else
                attribute.SkipLastField();
        }
        return name == "keys_strings" ? [.. strings] : null;
    }
}
