using System.Globalization;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>Patch tokens as feature maps of four strides.</summary>
internal static class FeaturePyramid
{
    private const int Coarser = 2;

    // Cells that a patch becomes along each side.
    private static readonly int[] Enlargements = [4, 2, 1];

    /// <summary>Names of the outputs, finest first.</summary>
    public static IEnumerable<string> Names(string start) => Enumerable.Range(0, Enlargements.Length + 1).Select(level => $"{start}_{level}");

    /// <summary>Notes why an encoder can have no pyramid.</summary>
    public static void Validate(OptionErrors errors, VisionTransformerOptions architecture)
    {
        int multiple = Coarser * architecture.PatchSize;
        errors.Require(
            architecture.ImageHeight % multiple == 0 && architecture.ImageWidth % multiple == 0,
            nameof(EncoderExportOptions.Outputs),
            EncoderOutputs.Pyramid,
            $"leave out Pyramid for images of {architecture.ImageHeight}x{architecture.ImageWidth}: its coarsest map needs both to be multiples of {multiple}, twice the patch side. Bring the encoder to such a size with EncoderResizing.Resize");
    }

    /// <summary>Adds the outputs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="patches">Patch tokens, <c>[N, patches, D]</c>.</param>
    /// <param name="architecture">Their grid and width.</param>
    /// <param name="options">Names, and whether there is a single row.</param>
    public static void Append(GraphBuilder graph, string patches, VisionTransformerOptions architecture, EncoderExportOptions options)
    {
        var (grid, width) = (architecture.Grid, architecture.Width);
        string planes = graph.Node("Transpose", "pyramid.planes", [patches], NodeAttribute.Integers("perm", 0, 2, 1));
        string tokens = graph.Node("Reshape", "pyramid.tokens", [planes, graph.Integers("pyramid.shape", [-1, width, grid.Rows, grid.Columns], 4)]);
        string[] names = [.. Names(options.PyramidName)];
        for (int level = 0; level < Enlargements.Length; level++)
        {
            int factor = Enlargements[level];
            string map = factor == 1 ? tokens : Enlarged(graph, $"pyramid.enlarged_{factor}", tokens, factor);
            Return(names[level], map, grid.Rows * factor, grid.Columns * factor);
        }

        string pooled = graph.Node("MaxPool", "pyramid.pooled", [tokens], NodeAttribute.Integers("kernel_shape", Coarser, Coarser), NodeAttribute.Integers("strides", Coarser, Coarser));
        Return(names[^1], pooled, grid.Rows / Coarser, grid.Columns / Coarser);
        double[] strides = [.. Enlargements.Select(factor => (double)architecture.PatchSize / factor), Coarser * architecture.PatchSize];
        graph.Metadata("pyramid_strides", string.Join(",", strides.Select(stride => stride.ToString(CultureInfo.InvariantCulture))));

        void Return(string name, string map, int rows, int columns) => graph.Return(name, map, TensorProto.Types.DataType.Float, options.SingleRow, width, rows, columns);
    }

    /// <summary>Maps <c>[N, D, R, C]</c> at a whole multiple of their size, by linear interpolation between the middles of cells.</summary>
    public static string Enlarged(GraphBuilder graph, string name, string maps, int factor) => graph.Node(
        "Resize",
        name,
        [maps, "", graph.Constant($"{name}.scales", new float[] { 1, 1, factor, factor }, 4)],
        NodeAttribute.Text("mode", "linear"),
        NodeAttribute.Text("coordinate_transformation_mode", "half_pixel"));
}
