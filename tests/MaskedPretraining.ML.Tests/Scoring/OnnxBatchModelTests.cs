using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests.Scoring;

[TestClass]
public sealed class OnnxBatchModelTests
{
    [TestMethod]
    public void Score_OutputsThatNobodyReads_AreLeftOutAndTheOthersUnchanged()
    {
        using var model = Create(out _);
        float[] pixels = ExportCheck.RandomPixels(Tiny.Mae(epochs: 1).Architecture, 3, seed: 1);
        float[] cls = new float[3 * model.OutputLengths[0]], patches = new float[3 * model.OutputLengths[1]], patchesAlone = new float[patches.Length];
        model.Score(pixels, 3, [cls, patches]);
        model.Score(pixels, 3, [Memory<float>.Empty, patchesAlone]);
        Assert.IsTrue(patches.Any(value => value != 0));
        Assert.AreSequenceEqual(patches, patchesAlone);
    }

    [TestMethod]
    public void ForSingleRows_IsExportedWhenFirstAskedForAndGivesTheSame()
    {
        using var model = Create(out var exports);
        Assert.HasCount(1, exports);
        float[] pixels = ExportCheck.RandomPixels(Tiny.Mae(epochs: 1).Architecture, 1, seed: 1);
        float[] batch = new float[model.OutputLengths[0]], single = new float[batch.Length];
        model.Score(pixels, 1, [batch, Memory<float>.Empty]);
        model.ForSingleRows.Score(pixels, 1, [single, Memory<float>.Empty]);
        _ = model.ForSingleRows;
        Assert.HasCount(2, exports);
        Assert.IsTrue(exports.TrueForAll(path => !File.Exists(path)), "A model was left on disk.");
        for (int i = 0; i < batch.Length; i++)
        {
            // Normalised features are of size 1; sums may be in another order.
            Assert.AreEqual(batch[i], single[i], ExportCheck.FeatureTolerance);
        }
    }

    [TestMethod]
    public void ForSingleRows_AfterDispose_Throws()
    {
        var model = Create(out var exports);
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => model.ForSingleRows);
        Assert.HasCount(1, exports);
    }

    private static OnnxBatchModel Create(out List<string> exports)
    {
        var encoder = UntrainedEncoder.Create(Tiny.Mae(epochs: 1).Architecture);
        var paths = exports = [];
        return new OnnxBatchModel(
            new MLContext(),
            path =>
            {
                paths.Add(path);
                EncoderExporter.Export(encoder, EncoderOutputs.Cls | EncoderOutputs.Patches, path);
            },
            ["cls", "patches"]);
    }
}
