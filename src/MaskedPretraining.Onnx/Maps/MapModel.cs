using Google.Protobuf;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>An ONNX model of the user's that makes maps of images, and wrappings of it that read pixels in 0..255 and put out the grid wanted.</summary>
public sealed class MapModel
{
    private const int SmallestOperatorSet = 9;
    private readonly ModelProto _model;
    private readonly string _input;
    private readonly string _output;
    private readonly string _path;

    private MapModel(ModelProto model, string path, string input, string output, (int Height, int Width) size, PatchGrid grid) =>
        (_model, _path, _input, _output, Height, Width, Grid) = (model, path, input, output, size.Height, size.Width, grid);

    /// <summary>Rows of the images that it reads.</summary>
    public int Height { get; }

    /// <summary>Columns of the images that it reads.</summary>
    public int Width { get; }

    /// <summary>The grid of its maps.</summary>
    public PatchGrid Grid { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="path">Where they come from, for messages.</param>
    /// <param name="outputName">Which output holds the maps; null: the only one.</param>
    /// <exception cref="InvalidDataException">It is no ONNX model, or its input or output cannot be used; the message says why.</exception>
    public static MapModel Read(ReadOnlySpan<byte> file, string path, string? outputName)
    {
        var (model, input, size) = Parse(file, path);
        var outputs = model.Graph.Output.Where(output => outputName is null || output.Name == outputName).ToArray();
        long[] maps = outputs.Length == 1 ? ShapeOf(outputs[0]) : [];
        if (maps is not ([<= 1, > 0, > 0] or [<= 1, 1, > 0, > 0]))
        {
            throw new InvalidDataException(
                $"'{path}' must have {(outputName is null ? "one output" : $"an output '{outputName}'")} of Single [N, R, C] or [N, 1, R, C] with fixed R and C, but has {Describe([.. model.Graph.Output])}. Set OutputName, or export it with fixed shapes.");
        }

        return new MapModel(model, path, input, outputs[0].Name, size, new PatchGrid((int)maps[^2], (int)maps[^1]));
    }

    /// <summary>Reads a convolutional classifier and makes Grad-CAM's maps of it (Selvaraju et al. 2017): it ends in global average pooling and one linear layer, as ResNets do.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="path">Where they come from, for messages.</param>
    /// <param name="outputName">Which output holds a score or probability a class; null: the only one.</param>
    /// <param name="class">Number of the class whose evidence is mapped; null: for each image the predicted one.</param>
    /// <exception cref="InvalidDataException">It is no ONNX model, or no such classifier; the message says why.</exception>
    public static MapModel ReadClassifier(ReadOnlySpan<byte> file, string path, string? outputName, int? @class)
    {
        var (model, input, size) = Parse(file, path);
        var outputs = model.Graph.Output.Where(output => outputName is null || output.Name == outputName).ToArray();
        if (outputs.Length != 1)
        {
            throw new InvalidDataException($"'{path}' must have {(outputName is null ? "one output" : $"an output '{outputName}'")} with a score a class, but has {Describe([.. model.Graph.Output])}. Set OutputName.");
        }

        var (map, grid) = PooledClassifier.AppendMap(model, path, input, size, outputs[0].Name, @class);
        return new MapModel(model, path, input, map, size, grid);
    }

    private static (ModelProto Model, string Input, (int Height, int Width) Size) Parse(ReadOnlySpan<byte> file, string path)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(file);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new InvalidDataException($"'{path}' is no ONNX model: {exception.Message}", exception);
        }

        if (model.Graph is null || !model.OpsetImport.Any(set => set.Domain.Length == 0 && set.Version >= SmallestOperatorSet))
        {
            throw new InvalidDataException($"'{path}' is no ONNX model of operator set {SmallestOperatorSet} or newer. Export it again with a newer one.");
        }

        // Old models list their weights among the inputs.
        var weights = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = model.Graph.Input.Where(input => !weights.Contains(input.Name)).ToArray();
        long[] image = inputs.Length == 1 ? ShapeOf(inputs[0]) : [];
        if (image is not [<= 1, 3, > 0, > 0])
        {
            throw new InvalidDataException($"'{path}' must have one input of Single [N, 3, H, W] with fixed H and W, N free or 1, but has {Describe(inputs)}. Export it with a fixed image size.");
        }

        return (model, inputs[0].Name, ((int)image[2], (int)image[3]));
    }

    /// <summary>Writes the model with steps before and behind it.</summary>
    /// <param name="mean">Mean of each channel of pixels in 0..1, <c>[3]</c>.</param>
    /// <param name="deviation">Standard deviation of each, <c>[3]</c>.</param>
    /// <param name="grid">The grid of maps wanted.</param>
    /// <param name="normalize">Whether each map is scaled from its smallest to its largest value to 0..1.</param>
    /// <param name="names">Names of input, map and box, and whether a single row is read.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidDataException">A box is asked for, which needs a model of operator set 13 to 17.</exception>
    /// <exception cref="ArgumentException">The model has values whose names this library uses, starting with <c>mpml</c>.</exception>
    public void Export(float[] mean, float[] deviation, PatchGrid grid, bool normalize, AttentionMapExportOptions names, string path)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(deviation);
        ArgumentNullException.ThrowIfNull(names);
        long version = _model.OpsetImport.First(set => set.Domain.Length == 0).Version;
        if (names.BoxName is not null && version is < 13 or > 17)
        {
            throw new InvalidDataException($"The box of a map is found with operations of operator set 13 to 17, but '{_path}' has {version}. Export the model with 13 to 17, or ask for no box.");
        }

        var before = new GraphBuilder("before");
        var scaling = new GraphMath(before, "mpml.pixels", TensorProto.Types.DataType.Float);
        string pixels = before.Input(names.InputName, names.SingleRow, 3, Height, Width);
        string scaled = scaling.Multiply(pixels, scaling.Constant([.. deviation.Select(value => 1 / (255.0 * value))], 1, 3, 1, 1));
        scaled = scaling.Subtract(scaled, scaling.Constant([.. mean.Select((value, channel) => (double)value / deviation[channel])], 1, 3, 1, 1));
        before.Node("Identity", _input, [scaled]);

        var behind = new GraphBuilder("behind");
        MapOutputs.Append(behind, MapResampling.Append(new GraphMath(behind, "mpml.map", TensorProto.Types.DataType.Float), _output, Grid, grid, normalize), grid, names);
        ModelFile.Write(Joined(before.Build().Graph, behind.Build().Graph), path);
    }

    private ModelProto Joined(GraphProto before, GraphProto behind)
    {
        var joined = _model.Clone();
        var graph = joined.Graph;
        var taken = graph.Node.SelectMany(node => node.Output).Concat(graph.Initializer.Select(tensor => tensor.Name)).ToHashSet(StringComparer.Ordinal);
        if (before.Node.Concat(behind.Node).SelectMany(node => node.Output).FirstOrDefault(taken.Contains) is { } name)
        {
            throw new ArgumentException($"'{_path}' has a value named '{name}', which this library uses for its own. Rename it.");
        }

        var nodes = before.Node.Concat(graph.Node).Concat(behind.Node).ToArray();
        graph.Node.Clear();
        graph.Node.Add(nodes);
        graph.Initializer.Add(before.Initializer);
        graph.Initializer.Add(behind.Initializer);
        var image = graph.Input.Single(input => input.Name == _input);
        bool isFixed = ShapeOf(image)[0] == 1;
        graph.Input.Remove(image);
        graph.Input.Add(before.Input);
        graph.Output.Clear();
        graph.Output.Add(behind.Output);
        // Weights that are no inputs came with version 4.
        joined.IrVersion = Math.Max(joined.IrVersion, 4);
        foreach (var value in isFixed ? graph.Input.Concat(graph.Output) : [])
        {
            FixRows(value);
        }

        return joined;
    }

    // A model for one image stays one, whatever the wrapping could do.
    private static void FixRows(ValueInfoProto value)
    {
        foreach (var dimension in value.Type.TensorType.Shape.Dim.Where(dimension => dimension.DimParam == GraphBuilder.BatchAxis))
        {
            dimension.DimValue = 1;
        }
    }

    // Lengths of its axes, 0 where one is free; nothing if it is no tensor of Single.
    private static long[] ShapeOf(ValueInfoProto value) => value.Type?.TensorType is { Shape: { } shape } tensor && tensor.ElemType == (int)TensorProto.Types.DataType.Float
        ? [.. shape.Dim.Select(dimension => dimension.DimValue)]
        : [];

    private static string Describe(ValueInfoProto[] values) =>
        values.Length == 0 ? "none" : string.Join(", ", values.Select(value => $"{value.Name} [{string.Join(", ", ShapeOf(value).Select(length => length == 0 ? "?" : $"{length}"))}]"));
}
