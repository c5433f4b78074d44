using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests.Encoders;

[TestClass]
public sealed class PyramidTests
{
    private const int Images = 2;

    public TestContext TestContext { get; set; } = null!;

    /// <summary>The network itself at another image size, its tokens enlarged by a matrix along each axis, against the exported pyramid.</summary>
    [TestMethod]
    public void ExportOnnx_Pyramid_IsTheTrainedNetworksTokens()
    {
        var ml = new MLContext();
        using var transformer = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(ml.MaskedPretraining.Images(new ColorImages(8)));
        var encoder = EncoderResizing.Resize(transformer.Weights, 24, 16);
        var (grid, width) = (encoder.Architecture.Grid, encoder.Architecture.Width);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        EncoderExporter.Export(encoder, EncoderOutputs.Pyramid, path);
        using var scorer = new OnnxScorer(path);
        using var network = new EncoderRunner(encoder);
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, Images, seed: 1);
        float[] patches = network.Run(pixels, Images).Patches;
        foreach (var (factor, name) in new[] { (4, "pyramid_0"), (2, "pyramid_1"), (1, "pyramid_2") })
        {
            var (rows, columns) = (grid.Rows * factor, grid.Columns * factor);
            float[] down = ScoreUpsampling.Matrix(grid.Rows, rows), across = ScoreUpsampling.Matrix(grid.Columns, columns);
            float[] actual = scorer.Score(pixels, Images, name);
            Assert.HasCount(Images * width * rows * columns, actual);
            for (int i = 0; i < actual.Length; i++)
            {
                var (image, feature, y, x) = (i / (width * rows * columns), i / (rows * columns) % width, i / columns % rows, i % columns);
                double expected = Enumerable.Range(0, grid.Count).Sum(patch =>
                    (double)down[(y * grid.Rows) + (patch / grid.Columns)] * across[(x * grid.Columns) + (patch % grid.Columns)] * patches[(((image * grid.Count) + patch) * width) + feature]);
                // Normalised tokens are of size 1.
                Assert.AreEqual(expected, actual[i], ExportCheck.FeatureTolerance, $"{name}[{i}]");
            }
        }
    }
}
