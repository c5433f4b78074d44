using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Runs an ONNX model once a row; inputs and outputs are columns of the graph's names.</summary>
public sealed class OnnxTransformer : RowToRowTransformerBase, IDisposable
{
    private const string ModelStream = "OnnxModel";
    private const string HiddenSuffix = ".output";

    internal readonly OnnxModel Model;
    internal readonly string[] Inputs;
    internal readonly string[] Outputs;
    private readonly IDictionary<string, int[]> _shapes;

    internal OnnxTransformer(IHostEnvironment env, string[] outputs, string[] inputs, string modelFile, IDictionary<string, int[]> shapes, int? gpuDeviceId, bool fallbackToCpu)
        : this(env, outputs, inputs, shapes, OnnxModel.FromFile(env, modelFile, shapes, gpuDeviceId, fallbackToCpu))
    {
    }

    private OnnxTransformer(IHostEnvironment env, string[] outputs, string[] inputs, IDictionary<string, int[]> shapes, OnnxModel model)
        : base(env.Register(nameof(OnnxTransformer)))
    {
        Model = model;
        _shapes = shapes ?? new Dictionary<string, int[]>();
        Inputs = inputs.Length == 0 ? [.. model.Inputs.Select(input => input.Name)] : inputs;
        Outputs = outputs.Length == 0 ? [.. model.Outputs.Select(output => output.Name)] : outputs;
        foreach (string output in Outputs)
            model.Output(output);
    }

    public void Dispose() => Model.Dispose();

    internal static OnnxTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        using var stream = new BinaryReader(new MemoryStream(ctx.ReadStream(ModelStream)));
        byte[] bytes = stream.ReadBytes(stream.ReadInt32());
        string[] inputs = ReadNames(ctx.Reader), outputs = ReadNames(ctx.Reader);
        var shapes = new Dictionary<string, int[]>();
        for (int left = ctx.Reader.ReadInt32(); left > 0; left--)
        {
            string name = ctx.Reader.ReadString();
            var shape = new int[ctx.Reader.ReadInt32()];
            for (int i = 0; i < shape.Length; i++)
                shape[i] = ctx.Reader.ReadInt32();
            shapes[name] = shape;
        }
        return new OnnxTransformer(env, outputs, inputs, shapes, OnnxModel.FromBytes(env, bytes, shapes));
    }

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(OnnxTransformer));
        // Read again from where the model was, which must still be there.
        byte[] bytes = File.ReadAllBytes(Model.FilePath);
        ctx.SaveBinaryStream(ModelStream, writer =>
        {
            writer.Write(bytes.Length);
            writer.Write(bytes);
        });
        WriteNames(ctx.Writer, Inputs);
        WriteNames(ctx.Writer, Outputs);
        ctx.Writer.Write(_shapes.Count);
        foreach ((string name, int[] shape) in _shapes)
        {
            ctx.Writer.Write(name);
            ctx.Writer.Write(shape.Length);
            foreach (int dimension in shape)
                ctx.Writer.Write(dimension);
        }
    }

    internal override AddedColumnsMapper MakeMapper(DataViewSchema inputSchema) => new OnnxMapper(this, inputSchema);

    internal DataViewSchema.DetachedColumn[] OutputColumns() => [.. Outputs.Select(output =>
    {
        string name = output.EndsWith(HiddenSuffix, StringComparison.Ordinal) ? output.Replace(HiddenSuffix, "", StringComparison.Ordinal) : output;
        return new DataViewSchema.DetachedColumn(name, Model.Output(output).Type, SlotNames(name));
    })];

    private DataViewSchema.Annotations SlotNames(string column)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (Model.SlotNames.TryGetValue(column, out ReadOnlyMemory<char>[] names))
        {
            var value = new VBuffer<ReadOnlyMemory<char>>(names.Length, names);
            builder.Add(AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
                (ref VBuffer<ReadOnlyMemory<char>> destination) => value.CopyTo(ref destination));
        }
        return builder.ToAnnotations();
    }

    private static void WriteNames(BinaryWriter writer, string[] names)
    {
        writer.Write(names.Length);
        foreach (string name in names)
            writer.Write(name);
    }

    private static string[] ReadNames(BinaryReader reader)
    {
        var names = new string[reader.ReadInt32()];
        for (int i = 0; i < names.Length; i++)
            names[i] = reader.ReadString();
        return names;
    }
}
