using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;
using Microsoft.ML.OnnxRuntime;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>
/// A convolutional classifier that ends in global average pooling and one linear layer, as ResNets do. The gradient of a class's score with respect to the pooled layer is there the class's row of the linear layer
/// over the number of places, so that Grad-CAM (Selvaraju et al. 2017) needs no differentiation.
/// </summary>
internal sealed class PooledClassifier
{
    // What may stand between pooling, linear layer and output without changing which class is largest or the gradient's direction.
    private static readonly string[] Passing = ["Flatten", "Reshape", "Squeeze", "Dropout", "Identity"];
    private static readonly string[] Squashing = ["Softmax", "LogSoftmax", "Identity"];
    private readonly GraphProto _graph;
    private readonly string _path;

    private PooledClassifier(GraphProto graph, string path) => (_graph, _path) = (graph, path);

    /// <summary>Adds the map to a model.</summary>
    /// <param name="model">The classifier; its graph is added to.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <param name="input">Its input.</param>
    /// <param name="size">Height and width of its images.</param>
    /// <param name="output">Its output with a score or probability a class.</param>
    /// <param name="class">The class whose evidence is mapped; null: the predicted one.</param>
    /// <returns>Name and grid of the map <c>[N, R, C]</c>, not scaled.</returns>
    public static (string Map, PatchGrid Grid) AppendMap(ModelProto model, string path, string input, (int Height, int Width) size, string output, int? @class)
    {
        var classifier = new PooledClassifier(model.Graph, path);
        var linear = classifier.LinearBefore(output);
        var (weights, isTurned) = classifier.WeightsOf(linear);
        string pooled = classifier.PooledLayerBefore(linear.Input[0]);
        long classes = weights.Dims[isTurned ? 0 : 1], channels = weights.Dims[isTurned ? 1 : 0];
        if (@class >= classes)
        {
            throw new InvalidDataException($"'{path}' has {classes} classes, so there is no class {@class}.");
        }

        var grid = GridOf(model, path, input, size, pooled);
        var builder = new GraphBuilder("cam");
        var math = new GraphMath(builder, "mpml.cam", TensorProto.Types.DataType.Float);
        string chosen = @class is { } number
            ? builder.Integers("mpml.cam.class", [number], 1)
            : math.Apply("ArgMax", [linear.Output[0]], NodeAttribute.Integer("axis", 1), NodeAttribute.Integer("keepdims", 0));
        string rows = math.Apply("Gather", [weights.Name, chosen], NodeAttribute.Integer("axis", isTurned ? 0 : 1));
        rows = math.Reshape(isTurned ? rows : math.Transpose(rows, 1, 0), -1, 1, channels);                              // [N, 1, K]
        string map = math.MatMul(math.Multiply(rows, 1.0 / grid.Count), math.Reshape(pooled, 0, channels, grid.Count));  // [N, 1, R*C]
        map = math.Reshape(math.Apply("Relu", [map]), -1, grid.Rows, grid.Columns);
        var added = builder.Build().Graph;
        model.Graph.Node.Add(added.Node);
        model.Graph.Initializer.Add(added.Initializer);
        return (map, grid);
    }

    private NodeProto LinearBefore(string output)
    {
        var node = Before(output, Squashing);
        return node?.OpType == "Gemm" ? node : throw Refused($"its output '{output}' is not made by one linear layer (Gemm)");
    }

    private (TensorProto Weights, bool IsTurned) WeightsOf(NodeProto linear)
    {
        var weights = _graph.Initializer.FirstOrDefault(tensor => tensor.Name == linear.Input[1]) ?? throw Refused("the weights of its linear layer are no constants");
        return (weights, linear.Attribute.Any(attribute => attribute is { Name: "transB", I: 1 }));
    }

    private string PooledLayerBefore(string features)
    {
        var node = Before(features, Passing);
        bool isPooling = node?.OpType == "GlobalAveragePool" || (node?.OpType == "ReduceMean" && AxesOf(node) is [2, 3] or [-2, -1]);
        return isPooling ? node!.Input[0] : throw Refused("its linear layer does not read a global average pooling");
    }

    private static long[] AxesOf(NodeProto node) => [.. node.Attribute.FirstOrDefault(attribute => attribute.Name == "axes")?.Ints ?? []];

    // The node that makes a value, looking through others.
    private NodeProto? Before(string value, string[] through)
    {
        var node = _graph.Node.FirstOrDefault(node => node.Output.Contains(value));
        while (node is not null && through.Contains(node.OpType))
        {
            string next = node.Input[0];
            node = _graph.Node.FirstOrDefault(earlier => earlier.Output.Contains(next));
        }

        return node;
    }

    // A model need not say the shape of an inner value: one image of zeros tells it.
    private static PatchGrid GridOf(ModelProto model, string path, string input, (int Height, int Width) size, string pooled)
    {
        var probe = model.Clone();
        probe.Graph.Output.Add(new ValueInfoProto { Name = pooled, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } } });
        using var stream = new MemoryStream();
        using (var coded = new Google.Protobuf.CodedOutputStream(stream, leaveOpen: true))
        {
            probe.WriteTo(coded);
        }

        try
        {
            using var session = new InferenceSession(stream.ToArray());
            using var options = new RunOptions();
            using var image = OrtValue.CreateTensorValueFromMemory(new float[3 * size.Height * size.Width], [1, 3, size.Height, size.Width]);
            using var results = session.Run(options, [input], [image], [pooled]);
            long[] shape = results[0].GetTensorTypeAndShape().Shape;
            return shape is [1, _, > 0, > 0]
                ? new PatchGrid((int)shape[2], (int)shape[3])
                : throw new InvalidDataException($"'{path}' pools a layer of shape [{string.Join(", ", shape)}]; Grad-CAM needs [N, channels, rows, columns].");
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"'{path}' is not a model that ONNX Runtime can run: {exception.Message}", exception);
        }
    }

    private InvalidDataException Refused(string reason) =>
        new($"Grad-CAM of '{_path}' needs a classifier that ends in global average pooling and one linear layer, as ResNets do, but {reason}. Export the maps of your own code instead and use FromOnnx.");
}
