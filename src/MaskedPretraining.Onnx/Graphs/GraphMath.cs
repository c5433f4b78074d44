using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Graphs;

/// <summary>Formulas of one number type in a graph: names come by themselves, and a formula reads like one.</summary>
/// <param name="graph">The graph.</param>
/// <param name="prefix">Start of all names.</param>
/// <param name="type">Single or double precision.</param>
internal sealed class GraphMath(GraphBuilder graph, string prefix, TensorProto.Types.DataType type)
{
    private readonly Dictionary<double, string> _numbers = [];
    private int _count;

    public string Add(string left, string right) => Apply("Add", [left, right]);

    public string Subtract(string left, string right) => Apply("Sub", [left, right]);

    public string Multiply(string left, string right) => Apply("Mul", [left, right]);

    public string Multiply(string left, double right) => Apply("Mul", [left, Number(right)]);

    public string Divide(string left, string right) => Apply("Div", [left, right]);

    public string MatMul(string left, string right) => Apply("MatMul", [left, right]);

    public string Max(string left, string right) => Apply("Max", [left, right]);

    public string Min(string left, string right) => Apply("Min", [left, right]);

    public string Sqrt(string value) => Apply("Sqrt", [value]);

    public string Exp(string value) => Apply("Exp", [value]);

    /// <summary>1 where left is greater, else 0.</summary>
    public string Greater(string left, string right) => Cast(Apply("Greater", [left, right]));

    public string Cast(string value) => Cast(value, type);

    public string Cast(string value, TensorProto.Types.DataType to) => Apply("Cast", [value], NodeAttribute.Integer("to", (long)to));

    public string Transpose(string value, params ReadOnlySpan<long> axes) => Apply("Transpose", [value], NodeAttribute.Integers("perm", axes));

    public string Reshape(string value, params ReadOnlySpan<long> shape) => Apply("Reshape", [value, graph.Integers(Next("shape"), shape, shape.Length)]);

    /// <summary>The sum over an axis, which stays with length 1.</summary>
    public string Sum(string value, long axis) => Apply("ReduceSum", [value, graph.Integers(Next("axis"), [axis], 1)]);

    /// <summary>The largest value over an axis, which stays with length 1.</summary>
    public string Largest(string value, long axis) => Apply("ReduceMax", [value], NodeAttribute.Integers("axes", axis));

    /// <summary>The smallest value over an axis, which stays with length 1.</summary>
    public string Least(string value, long axis) => Apply("ReduceMin", [value], NodeAttribute.Integers("axes", axis));

    /// <summary>Number of the largest value over an axis, which stays with length 1; of equal ones the first.</summary>
    public string IndexOfLargest(string value, long axis) => Apply("ArgMax", [value], NodeAttribute.Integer("axis", axis));

    /// <summary>Elements of an axis by their numbers.</summary>
    public string Gather(string value, string indices, long axis) => Apply("GatherElements", [value, indices], NodeAttribute.Integer("axis", axis));

    /// <summary>Elements <paramref name="start"/> to <paramref name="end"/>, the latter excluded, of an axis.</summary>
    public string Slice(string value, long start, long end, long axis) => Apply(
        "Slice", [value, graph.Integers(Next("start"), [start], 1), graph.Integers(Next("end"), [end], 1), graph.Integers(Next("axis"), [axis], 1)]);

    public string Number(double value)
    {
        if (!_numbers.TryGetValue(value, out string? name))
        {
            name = Constant([value]);
            _numbers.Add(value, name);
        }

        return name;
    }

    public string Constant(ReadOnlySpan<double> values, params ReadOnlySpan<long> shape)
    {
        if (type == TensorProto.Types.DataType.Double)
        {
            return graph.Doubles(Next("constant"), values, shape);
        }

        float[] singles = new float[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating(values, singles);
        return graph.Constant(Next("constant"), singles, shape);
    }

    public string Apply(string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        graph.Node(operation, Next(operation), inputs, attributes);

    /// <summary>A name that nobody has yet.</summary>
    public string Next(string what) => $"{prefix}.{_count++}.{what}";
}
