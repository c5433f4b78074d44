using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs.Messages;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Encoders;

[TestClass]
public sealed class FeaturePyramidTests
{
    private const int Images = 2;

    [TestMethod]
    [DataRow(EncoderOutputs.Pyramid)]
    [DataRow(EncoderOutputs.Pyramid | EncoderOutputs.Cls | EncoderOutputs.Attention)]
    public void Export_Pyramid_EqualsReference(EncoderOutputs outputs)
    {
        using var folder = new TemporaryFolder();
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture(height: 8, width: 24));
        EncoderExporter.Export(encoder, outputs, folder["pyramid.onnx"]);
        Check(encoder, folder["pyramid.onnx"]);
    }

    [TestMethod]
    public void Export_EncoderAtAnotherSize_EqualsReference()
    {
        using var folder = new TemporaryFolder();
        var encoder = EncoderResizing.Resize(TinyEncoder.Create(TinyEncoder.Architecture()), 16, 8);
        EncoderExporter.Export(encoder, EncoderOutputs.Pyramid, folder["pyramid.onnx"]);
        Check(encoder, folder["pyramid.onnx"]);
    }

    [TestMethod]
    public void Export_PyramidOfASingleRow_LeavesTheFirstAxisOut()
    {
        using var folder = new TemporaryFolder();
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture(height: 8, width: 16));
        EncoderExporter.Export(encoder, new EncoderExportOptions { Outputs = EncoderOutputs.Pyramid, PyramidName = "maps", SingleRow = true }, folder["single.onnx"]);
        using var scorer = new OnnxScorer(folder["single.onnx"]);
        Assert.AreSequenceEqual(
            ["maps_0 Single [24, 8, 16]", "maps_1 Single [24, 4, 8]", "maps_2 Single [24, 2, 4]", "maps_3 Single [24, 1, 2]"],
            scorer.Outputs.Select(output => output.ToString()).ToArray());
    }

    [TestMethod]
    public void Export_Pyramid_SaysItsStrides()
    {
        using var folder = new TemporaryFolder();
        var architecture = TinyEncoder.Architecture(height: 12, width: 12);
        architecture.PatchSize = 6;
        EncoderExporter.Export(TinyEncoder.Create(architecture), EncoderOutputs.Pyramid, folder["pyramid.onnx"]);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["pyramid.onnx"]));
        Assert.AreEqual("1.5,3,6,12", model.MetadataProps.Single(entry => entry.Key == "pyramid_strides").Value);
    }

    [TestMethod]
    public void Export_OddNumberOfPatches_NamesTheMultipleNeeded()
    {
        using var folder = new TemporaryFolder();
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture(height: 8, width: 12));
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => EncoderExporter.Export(encoder, EncoderOutputs.Pyramid, folder["never.onnx"]));
        StringAssert.Contains(exception.Message, "multiples of 8");
        StringAssert.Contains(exception.Message, nameof(EncoderResizing));
        Assert.IsEmpty(folder.Files);
    }

    private static void Check(EncoderWeights encoder, string path)
    {
        var (grid, width) = (encoder.Architecture.Grid, encoder.Architecture.Width);
        using var scorer = new OnnxScorer(path);
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, Images, seed: 5);
        var reference = new ReferenceEncoder(encoder);
        var patches = Enumerable.Range(0, Images).Select(image => reference.Forward(pixels.AsSpan(image * scorer.Input.RowLength, scorer.Input.RowLength)).Tokens[1..]).ToArray();
        foreach (var (factor, name) in new[] { (4, "pyramid_0"), (2, "pyramid_1"), (1, "pyramid_2") })
        {
            Assert.AreEqual($"{name} Single [N, {width}, {grid.Rows * factor}, {grid.Columns * factor}]", scorer.Outputs.Single(output => output.Name == name).ToString());
            double[] expected =
            [
                .. from tokens in patches
                   from feature in Enumerable.Range(0, width)
                   from y in Enumerable.Range(0, grid.Rows * factor)
                   from x in Enumerable.Range(0, grid.Columns * factor)
                   select Sample(tokens, grid, feature, (y + 0.5) / factor, (x + 0.5) / factor),
            ];
            Near.Assert(expected, scorer.Score(pixels, Images, name), Near.Single, name);
        }

        double[] pooled =
        [
            .. from tokens in patches
               from feature in Enumerable.Range(0, width)
               from row in Enumerable.Range(0, grid.Rows / 2)
               from column in Enumerable.Range(0, grid.Columns / 2)
               select new[] { 0, 1 }.SelectMany(down => new[] { 0, 1 }, (down, right) => tokens[(((2 * row) + down) * grid.Columns) + (2 * column) + right][feature]).Max(),
        ];
        Near.Assert(pooled, scorer.Score(pixels, Images, "pyramid_3"), Near.Single, "pyramid_3");
    }

    // A feature at a place in patches, linear between the middles of the four patches around it; at the border the nearest.
    private static double Sample(double[][] tokens, PatchGrid grid, int feature, double y, double x)
    {
        double sum = 0;
        for (int row = -1; row <= grid.Rows; row++)
        {
            for (int column = -1; column <= grid.Columns; column++)
            {
                double weight = Math.Max(0, 1 - Math.Abs(y - row - 0.5)) * Math.Max(0, 1 - Math.Abs(x - column - 0.5));
                sum += weight * tokens[(Math.Clamp(row, 0, grid.Rows - 1) * grid.Columns) + Math.Clamp(column, 0, grid.Columns - 1)][feature];
            }
        }

        return sum;
    }
}
