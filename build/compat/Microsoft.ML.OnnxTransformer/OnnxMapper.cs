using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Transforms.Onnx;

internal sealed class OnnxMapper : AddedColumnsMapper
{
    private readonly OnnxTransformer _owner;
    private readonly DataViewSchema.Column[] _sources;
    private readonly int[][] _shapes;

    public OnnxMapper(OnnxTransformer owner, DataViewSchema inputSchema)
        : base(inputSchema, owner.OutputColumns())
    {
        _owner = owner;
        _sources = new DataViewSchema.Column[owner.Inputs.Length];
        _shapes = new int[owner.Inputs.Length][];
        for (int i = 0; i < _sources.Length; i++)
        {
            OnnxVariable input = owner.Model.Input(owner.Inputs[i]);
            _shapes[i] = Adjusted(input);
            _sources[i] = inputSchema.GetColumnOrNull(input.Name) ?? throw Checks.MissingColumn(nameof(inputSchema), "input", input.Name);
            Check(input, _shapes[i], _sources[i].Type);
        }
    }

    protected override IEnumerable<int> Dependencies(int output) => _sources.Select(source => source.Index);

    protected override Delegate[] MakeGetters(DataViewRow input, bool[] active, out Action dispose)
    {
        var getters = new Delegate[active.Length];
        dispose = null;
        if (!active.Contains(true))
            return getters;
        int[] wanted = [.. Enumerable.Range(0, active.Length).Where(index => active[index])];
        Func<OrtValue>[] tensors = [.. _sources.Select((source, i) => OnnxTensors.Reader(input, source, _shapes[i]))];
        var run = new OnnxRun(_owner.Model, input, _owner.Inputs, tensors, [.. wanted.Select(index => _owner.Outputs[index])]);
        dispose = run.Dispose;
        for (int i = 0; i < wanted.Length; i++)
            getters[wanted[i]] = OnnxTensors.Getter(run, i, _owner.Model.Output(_owner.Outputs[wanted[i]]).Type);
        return getters;
    }

    /// <summary>The shape that rows are brought to: an unknown first size is 1, another unknown one is 0 until the row tells; a scalar is [1].</summary>
    private static int[] Adjusted(OnnxVariable input)
    {
        int[] shape = input.Shape.Length == 0 ? [1] : [.. input.Shape.Select(size => Math.Max(size, 0))];
        if (input.Shape.Length > 0 && input.Shape[0] < 0)
            shape[0] = 1;
        if (shape.Count(size => size == 0) > 1)
            throw new ArgumentOutOfRangeException(input.Name, "Only 1 unknown dimension is allowed");
        return shape;
    }

    private static void Check(OnnxVariable input, int[] shape, DataViewType type)
    {
        DataViewType wanted = input.Type.ItemType(), item = type.ItemType();
        // A key goes for the number that it is.
        if (!item.Equals(wanted) && !(item is KeyDataViewType && item.RawType == wanted.RawType))
            throw Checks.SchemaMismatch("inputSchema", "input", input.Name, wanted.ToString(), type.ToString());
        int size = type is VectorDataViewType vector ? vector.Size : 1;
        if (!shape.Contains(0) && size % shape.Aggregate(1, (product, next) => product * next) != 0)
            throw new InvalidOperationException($"Input shape mismatch: Input '{input.Name}' has shape {string.Join(",", shape)}, but input data is of length {size}.");
    }
}
