using System.Runtime.InteropServices;
using Google.Protobuf;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Graphs;

/// <summary>
/// Writes an ONNX graph node by node, in the order of computation. A value is its name: every method that makes one returns the name, so that a model reads like a formula.
/// </summary>
/// <remarks>Operator set 13, IR version 7: what every ONNX Runtime since 1.6 runs.</remarks>
internal sealed class GraphBuilder
{
    /// <summary>Name of the one axis whose length the graph leaves open.</summary>
    public const string BatchAxis = "N";

    private const int IrVersion = 7;
    private const int OperatorSet = 13;
    private const string MachineLearningDomain = "ai.onnx.ml";
    private const int MachineLearningOperatorSet = 2;

    private readonly GraphProto _graph;
    private readonly Dictionary<string, string> _metadata = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Starts a graph.</summary>
    /// <param name="name">Its name, shown by viewers.</param>
    public GraphBuilder(string name) => _graph = new GraphProto { Name = name };

    /// <summary>Declares an input of single-precision rows, <c>[N, rowShape...]</c>, N free or 1.</summary>
    public string Input(string name, bool singleRow, params ReadOnlySpan<long> rowShape)
    {
        _graph.Input.Add(singleRow
            ? Declare(Claim(name), TensorProto.Types.DataType.Float, null, [1, .. rowShape])
            : Declare(Claim(name), TensorProto.Types.DataType.Float, BatchAxis, rowShape));
        return name;
    }

    /// <summary>Returns <paramref name="value"/>, rows of any number, as an output of that name.</summary>
    /// <param name="name">Name of the output.</param>
    /// <param name="value">The value, <c>[N, rowShape...]</c>.</param>
    /// <param name="type">Type of its elements.</param>
    /// <param name="singleRow">Whether N is 1 and its axis is left out.</param>
    /// <param name="rowShape">Shape of a row.</param>
    public void Return(string name, string value, TensorProto.Types.DataType type, bool singleRow, params ReadOnlySpan<long> rowShape)
    {
        if (!singleRow)
        {
            _graph.Output.Add(Declare(Node("Identity", name, [value]), type, BatchAxis, rowShape));
            return;
        }

        // Rank 0 cannot be read by ML.NET, so that a lone number stays a vector of one.
        ReadOnlySpan<long> shape = rowShape.IsEmpty ? [1] : rowShape;
        _graph.Output.Add(Declare(Reshape(name, value, shape), type, null, shape));
    }

    /// <summary>Declares <paramref name="value"/> as an output of single-precision rows, <c>[N, rowShape...]</c>.</summary>
    public void Output(string value, params ReadOnlySpan<long> rowShape) =>
        _graph.Output.Add(Declare(value, TensorProto.Types.DataType.Float, BatchAxis, rowShape));

    /// <summary>Stores single-precision numbers.</summary>
    public string Constant(string name, ReadOnlyMemory<float> values, params ReadOnlySpan<long> shape) =>
        Constant(name, ByteString.CopyFrom(MemoryMarshal.AsBytes(values.Span)), TensorProto.Types.DataType.Float, shape);

    /// <summary>Stores single-precision numbers given as little-endian bytes, without copying them.</summary>
    public string ConstantBytes(string name, ReadOnlyMemory<byte> singles, params ReadOnlySpan<long> shape) =>
        Constant(name, UnsafeByteOperations.UnsafeWrap(singles), TensorProto.Types.DataType.Float, shape);

    /// <summary>Stores double-precision numbers; an empty shape makes a scalar.</summary>
    public string Doubles(string name, ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) =>
        Constant(name, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)), TensorProto.Types.DataType.Double, shape);

    /// <summary>Stores half-precision numbers.</summary>
    public string Halves(string name, ReadOnlySpan<Half> values, params ReadOnlySpan<long> shape) =>
        Constant(name, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)), TensorProto.Types.DataType.Float16, shape);

    /// <summary>Stores 8-bit integers.</summary>
    public string SignedBytes(string name, ReadOnlySpan<sbyte> values, params ReadOnlySpan<long> shape) =>
        Constant(name, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)), TensorProto.Types.DataType.Int8, shape);

    /// <summary>Stores integers; an empty shape makes a scalar.</summary>
    public string Integers(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) =>
        Constant(name, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)), TensorProto.Types.DataType.Int64, shape);

    /// <summary>A single-precision scalar, stored once for all who ask for it by this name.</summary>
    public string SharedConstant(string name, float value) => _names.Contains(name) ? name : Constant(name, new[] { value });

    /// <summary>Two single-precision numbers, stored once for all who ask for them by this name.</summary>
    public string SharedPair(string name, float first, float second) => _names.Contains(name) ? name : Constant(name, new[] { first, second }, 2);

    /// <summary>An integer scalar, stored once for all who ask for it by this name.</summary>
    public string SharedInteger(string name, long value) => _names.Contains(name) ? name : Integers(name, [value]);

    /// <summary>Adds an operation with one result.</summary>
    /// <param name="operation">ONNX operator name.</param>
    /// <param name="result">Name of the result.</param>
    /// <param name="inputs">Names of its inputs, all of them made before.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <returns><paramref name="result"/>.</returns>
    public string Node(string operation, string result, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        Node(operation, result, inputs, [result], attributes);
        return result;
    }

    /// <summary>Adds an operation with several results; an empty name leaves a result out.</summary>
    public void Node(string operation, string name, ReadOnlySpan<string> inputs, ReadOnlySpan<string> results, ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = name };
        node.Input.Add(inputs.ToArray());
        foreach (string result in results)
        {
            node.Output.Add(result.Length == 0 ? result : Claim(result));
        }

        node.Attribute.Add(attributes.ToArray());
        _graph.Node.Add(node);
    }

    /// <summary>Gives a value another shape; -1 stands for what is left.</summary>
    public string Reshape(string name, string value, params ReadOnlySpan<long> shape) => Node("Reshape", name, [value, Integers($"{name}.shape", shape, shape.Length)]);

    /// <summary>Elements <paramref name="start"/> to <paramref name="end"/>, the latter excluded, of an axis.</summary>
    public string Slice(string name, string value, long start, long end, long axis) =>
        Node("Slice", name, [value, Integers($"{name}.start", [start], 1), Integers($"{name}.end", [end], 1), Integers($"{name}.axis", [axis], 1)]);

    /// <summary>
    /// Names the elements of an output's rows for ML.NET, which looks for a node <c>mlnet.COLUMN.SlotNames</c> and reads its attribute <c>keys_strings</c>. The node is an ordinary
    /// LabelEncoder over a constant whose result nobody reads, so that the model stays valid and runtimes drop it.
    /// </summary>
    public void SlotNames(string output, IReadOnlyList<string> names)
    {
        string prefix = $"mlnet.{output}.SlotNames";
        var probe = new TensorProto { Name = Claim(prefix + ".name"), DataType = (int)TensorProto.Types.DataType.String };
        probe.Dims.Add(1);
        probe.StringData.Add(ByteString.CopyFromUtf8(names[0]));
        _graph.Initializer.Add(probe);
        long[] numbers = new long[names.Count];
        for (int index = 0; index < numbers.Length; index++)
        {
            numbers[index] = index;
        }

        Node("LabelEncoder", prefix, [probe.Name], [prefix + ".number"], [NodeAttribute.Strings("keys_strings", names), NodeAttribute.Integers("values_int64s", numbers)]);
        _graph.Node[^1].Domain = MachineLearningDomain;
    }

    /// <summary>Notes a fact about the model that travels with it.</summary>
    public void Metadata(string key, string value) => _metadata[key] = value;

    /// <summary>The model written so far.</summary>
    public ModelProto Build()
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = Producer.Name, ProducerVersion = Producer.Version, Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        if (_graph.Node.Any(node => node.Domain == MachineLearningDomain))
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = MachineLearningDomain, Version = MachineLearningOperatorSet });
        }

        model.MetadataProps.Add(_metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return model;
    }

    private static ValueInfoProto Declare(string name, TensorProto.Types.DataType type, string? batchAxis, ReadOnlySpan<long> shape)
    {
        var dimensions = new TensorShapeProto();
        if (batchAxis is not null)
        {
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = batchAxis });
        }

        foreach (long length in shape)
        {
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private string Constant(string name, ByteString bytes, TensorProto.Types.DataType type, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = Claim(name), DataType = (int)type, RawData = bytes };
        tensor.Dims.Add(shape.ToArray());
        _graph.Initializer.Add(tensor);
        return name;
    }

    private string Claim(string name) => _names.Add(name)
        ? name
        : throw new ArgumentException($"The graph would hold two values named '{name}'; choose another name for the input or output called so.", nameof(name));
}
