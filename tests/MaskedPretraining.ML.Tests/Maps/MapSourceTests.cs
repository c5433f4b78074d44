using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Maps;

[TestClass]
public sealed class MapSourceTests
{
    // The same graph for one row and for many; scaling to 0..1 magnifies rounding a few times.
    private const double LoadTolerance = 1e-4;

    private static readonly MLContext Context = new();
    private static readonly EncoderWeights Encoder = MakeEncoder();

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Sources =>
    [
        [AttentionMapOptions.FromEncoder(Encoder), "mean of heads"],
        [AttentionMapOptions.FromEncoder(Encoder, new ClassAttentionOptions { Head = 1, MassThreshold = 0.6 }), "one head"],
        [AttentionMapOptions.TokenCut(Encoder), "TokenCut"],
        [AttentionMapOptions.GradCam(Encoder, new GradCamOptions { Probe = Probe(Tiny.Width) }), "Grad-CAM"],
        [AttentionMapOptions.FromMaskGenerator(Generator()), "mask generator"],
    ];

    [TestMethod]
    [DynamicData(nameof(Sources))]
    public void Fit_AnySource_GivesTheSameMapsInBatchesRowByRowAndLoadedInBox(AttentionMapOptions options, string what)
    {
        options.BoxColumnName = "Box";
        var data = Context.MaskedPretraining.Images(new ColorImages(5, size: 21));
        using var maps = Context.MaskedPretraining.AttentionMap("Map", "Image", options).Fit(data);
        var view = maps.Transform(data);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 4, 4), view.Schema["Map"].Type);
        var rows = Columns.Vectors(view, "Map");
        var boxes = Columns.Vectors(view, "Box");
        Assert.IsTrue(rows.All(row => row.All(value => value is >= 0 and <= 1)), what);
        Assert.IsTrue(rows.Any(row => row.Max() > 0.9), $"{what}: a map that shows something");
        for (int row = 0; row < rows.Length; row++)
        {
            var box = ObjectRegion.Find<float>(rows[row], new PatchGrid(4, 4))?.Box.Scale(0.25, 0.25) ?? default;
            CollectionAssert.AreEqual(new[] { (float)box.Left, (float)box.Top, (float)box.Right, (float)box.Bottom }, boxes[row], what);
        }

        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(rows, Columns.VectorsRowByRow(maps, data, "Map")), what);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        Context.MaskedPretraining.SaveModel(maps, data.Schema, path);
        var loaded = Context.Model.Load(path, out _);
        var again = loaded.Transform(data);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(rows, Columns.Vectors(again, "Map")), what);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(boxes, Columns.Vectors(again, "Box")), what);
        Assert.IsNull(again.Schema.GetColumnOrNull("mpml_map"), "columns of the chain alone");
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void TokenCut_FurtherColumns_TellEigenvalueAndDegenerateGraphs()
    {
        var options = AttentionMapOptions.TokenCut(Encoder, new TokenCutOptions { Threshold = -1 });
        (options.EigenvalueColumnName, options.DegenerateColumnName) = ("Eigenvalue", "Degenerate");
        var data = Context.MaskedPretraining.Images(new ColorImages(2));
        using var maps = Context.MaskedPretraining.AttentionMap("Map", "Image", options).Fit(data);
        var view = maps.Transform(data);
        // All patches are connected: every cut costs the same, 1.
        Assert.IsTrue(Columns.Vectors(view, "Degenerate").All(row => row is [1]));
        Assert.IsTrue(Columns.Vectors(view, "Eigenvalue").All(row => Math.Abs(row[0] - 1) < LoadTolerance));
        Assert.IsTrue(Columns.Vectors(view, "Map").All(row => row.All(value => value == 0)));
    }

    [TestMethod]
    public void FromOnnx_OurOwnEncoderAsAUsersModel_GivesTheEncodersMaps()
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        EncoderExporter.Export(Encoder, EncoderOutputs.Attention | EncoderOutputs.Cls, path);
        var data = Context.MaskedPretraining.Images(new ColorImages(3));
        using var expected = Context.MaskedPretraining.AttentionMap("Map", "Image", AttentionMapOptions.FromEncoder(Encoder)).Fit(data);
        var raw = new OnnxMapOptions { OutputName = "attention", PixelMean = [0, 0, 0], PixelStandardDeviation = [1 / 255f, 1 / 255f, 1 / 255f], Normalize = false };
        var options = AttentionMapOptions.FromOnnx(path, raw);
        options.BoxColumnName = "Box";
        File.Delete(path);
        using var actual = Context.MaskedPretraining.AttentionMap("Map", "Image", options).Fit(data);
        var rows = Columns.Vectors(actual.Transform(data), "Map");
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(Columns.Vectors(expected.Transform(data), "Map"), rows));

        string model = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        Context.MaskedPretraining.SaveModel(actual, data.Schema, model);
        var loaded = Context.Model.Load(model, out _);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(rows, Columns.Vectors(loaded.Transform(data), "Map")));
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void FromOnnx_FilesThatMakeNoMaps_AreRefusedWithTheReason()
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllText(path, "no model");
        Assert.ThrowsExactly<InvalidDataException>(() => AttentionMapOptions.FromOnnx(path));
        EncoderExporter.Export(Encoder, EncoderOutputs.Cls, path);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => AttentionMapOptions.FromOnnx(path)).Message, "[N, R, C]");
    }

    [TestMethod]
    public void GradCamFromOnnx_ModelThatIsNoPooledClassifier_IsRefusedWithTheReason()
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        EncoderExporter.Export(Encoder, EncoderOutputs.Cls, path);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => AttentionMapOptions.GradCamFromOnnx(path)).Message, "global average pooling");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AttentionMapOptions.GradCamFromOnnx(path, @class: -1));
    }

    [TestMethod]
    public void FromColumn_MapsOfAnyRange_AreScaledAndResampled()
    {
        var data = Context.Data.LoadFromEnumerable([new MapRow { Small = [1, 2, 3, 4, 5, 6] }, new MapRow { Small = [7, 7, 7, 7, 7, 7] }]);
        using var scaled = Context.MaskedPretraining.AttentionMap("New", "Small", AttentionMapOptions.FromColumn(2, 3)).Fit(data);
        var rows = Columns.Vectors(scaled.Transform(data), "New");
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference([[0, 0.2f, 0.4f, 0.6f, 0.8f, 1], [0, 0, 0, 0, 0, 0]], rows));

        using var merged = Context.MaskedPretraining.AttentionMap("New", "Small", AttentionMapOptions.FromColumn(2, 3, 1, 3, normalize: false)).Fit(data);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference([[2.5f, 3.5f, 4.5f], [7, 7, 7]], Columns.Vectors(merged.Transform(data), "New")));
    }

    [TestMethod]
    public void FromColumn_OtherGrid_IsRefused()
    {
        var data = Context.Data.LoadFromEnumerable([new MapRow()]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.AttentionMap("New", "Small", AttentionMapOptions.FromColumn(3, 2)).Fit(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MaskedPretraining.AttentionMap("New", "Seven", AttentionMapOptions.FromColumn(2, 3)).Fit(data));
    }

    [TestMethod]
    public void AttentionMap_OptionsThatCannotWork_AreAllNamed()
    {
        var head = AttentionMapOptions.FromEncoder(Encoder, new ClassAttentionOptions { Head = 2 });
        (head.EigenvalueColumnName, head.BoxColumnName) = ("Eigenvalue", "Map");
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => Context.MaskedPretraining.AttentionMap("Map", "Image", head));
        Assert.HasCount(3, error.Errors);
        var probe = AttentionMapOptions.GradCam(Encoder, new GradCamOptions { Probe = Probe(Tiny.Width + 1) });
        Assert.ThrowsExactly<InvalidOptionsException>(() => Context.MaskedPretraining.AttentionMap("Map", "Image", probe));
        // 4 x 4 pixels in patches of 4: one patch, which nothing can be cut from.
        var small = new VisionTransformerOptions { ImageHeight = 4, ImageWidth = 4, PatchSize = 4, Width = 8, Depth = 1, Heads = 1 };
        var cut = AttentionMapOptions.TokenCut(new EncoderWeights(small, Encoder.Weights));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOptionsException>(() => Context.MaskedPretraining.AttentionMap("Map", "Image", cut)).Message, "at least three patches");
    }

    private static EncoderWeights MakeEncoder()
    {
        var data = Context.MaskedPretraining.Images(new ColorImages(6));
        using var encoder = Context.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(data);
        return encoder.Weights;
    }

    private static MaskGeneratorWeights Generator()
    {
        int heads = Encoder.Architecture.Heads;
        var weights = new StateDictionary
        {
            ["scorer_pred.main.0.weight"] = TensorData.FromSingles(Waves(4 * heads * 9), 4, heads, 3, 3),
            ["scorer_pred.main.0.bias"] = TensorData.FromSingles(Waves(4), 4),
            ["scorer_pred.main.2.weight"] = TensorData.FromSingles(Waves(4 * 9), 1, 4, 3, 3),
            ["scorer_pred.main.2.bias"] = TensorData.FromSingles(Waves(1), 1),
        };
        return new MaskGeneratorWeights(Encoder, new MaskGeneratorOptions { Hidden = 4 }, weights);

        static float[] Waves(int count) => [.. Enumerable.Range(0, count).Select(index => MathF.Sin(index * index))];
    }

    private static LinearProbeWeights Probe(int width) => new(
        new float[width], [.. Enumerable.Repeat(1f, width)], 1e-6, [.. Enumerable.Range(0, 2 * width).Select(index => MathF.Sin(index * index))], [0, 0.1f]);
}
