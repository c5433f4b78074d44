using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests;

/// <summary>Fine-tuning on pictures that are red, green or blue.</summary>
[TestClass]
public sealed class FineTuneTests
{
    /// <summary>The promise is 1e-4; the same graph runs row by row.</summary>
    private const double LoadTolerance = 1e-5;

    private const int Rows = 24;

    private static readonly string[] ClassNames = ["red", "green", "blue"];

    public TestContext TestContext { get; set; } = null!;

    private sealed class Picture
    {
        public string Label { get; set; } = "";

        [VectorType(3 * Tiny.Side * Tiny.Side)]
        public float[] Pixels { get; set; } = [];
    }

    private static EncoderWeights Encoder { get; set; } = null!;

    private static FineTuneTransformer Model { get; set; } = null!;

    [ClassInitialize]
    public static void Fit(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var ml = new MLContext();
        using var untrained = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(ml.MaskedPretraining.GeneratedScenes(2));
        Encoder = untrained.Weights;
        var data = Keyed(ml);
        Model = Estimator(ml).Fit(data, data);
    }

    [ClassCleanup]
    public static void Free() => Model.Dispose();

    private static FineTuningOptions Options(int epochs = 12) => new()
    {
        Epochs = epochs,
        BatchSize = 8,
        Optimization = new OptimizationOptions { LearningRatePer256 = 0.3, WarmupEpochs = 0, Beta2 = 0.999, DecaysClassTokenAndPositions = false },
        Augmentation = AugmentationOptions.None(),
        DropPath = 0,
        LabelSmoothing = 0,
        Device = ComputeDevice.Cpu,
        Precision = ComputePrecision.Float32,
    };

    private static FineTuneEstimator Estimator(MLContext ml, FineTuningOptions? options = null) => ml.MaskedPretraining.FineTune("Label", "Pixels", Encoder, options ?? Options());

    private static Picture PictureOf(int index)
    {
        var random = new Random(index);
        int label = index % ClassNames.Length, area = Tiny.Side * Tiny.Side;
        return new Picture { Label = ClassNames[label], Pixels = [.. Enumerable.Range(0, 3 * area).Select(i => random.Next(100) + (i / area == label ? 155f : 0f))] };
    }

    private static IDataView Keyed(MLContext ml, IEnumerable<Picture>? pictures = null)
    {
        var view = Texts(ml, pictures);
        return ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
    }

    /// <summary>Pictures of some of the classes, with the keys of all.</summary>
    private static IDataView Some(MLContext ml, params string[] classes) =>
        ml.Transforms.Conversion.MapValueToKey("Label").Fit(Texts(ml)).Transform(Texts(ml, Enumerable.Range(0, Rows).Select(PictureOf).Where(picture => classes.Contains(picture.Label))));

    private static IDataView Texts(MLContext ml, IEnumerable<Picture>? pictures = null) => ml.Data.LoadFromEnumerable((pictures ?? Enumerable.Range(0, Rows).Select(PictureOf)).ToList());

    [TestMethod]
    public void Fit_OnColours_EvaluatesToOneAndTellsTheBestEpoch()
    {
        var ml = new MLContext();
        var metrics = ml.MulticlassClassification.Evaluate(Model.Transform(Keyed(ml)));
        Assert.AreEqual(1.0, metrics.MicroAccuracy);
        Assert.IsTrue(double.IsFinite(metrics.LogLoss));
        Assert.HasCount(12, Model.Metrics);
        Assert.AreEqual(1.0, Model.Metrics[Model.BestEpoch!.Value].ValidationAccuracy);
        Assert.IsFalse(Model.WasCancelled);
    }

    [TestMethod]
    public void Transform_Schema_IsThatOfAnInBoxClassifier()
    {
        var schema = Model.Transform(Keyed(new MLContext())).Schema;
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), schema["PredictedLabel"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["PredictedLabel"].GetKeyValues(ref names);
        Assert.AreSequenceEqual(ClassNames, names.DenseValues().Select(name => name.ToString()).ToArray());
        schema["Score"].GetSlotNames(ref names);
        Assert.AreSequenceEqual(ClassNames, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void Save_ThenLoad_GivesInBoxPartsThatPredictTheSame()
    {
        var ml = new MLContext();
        var data = Keyed(ml);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.Model.Save(Model, data.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _);
        var (ours, inBox) = (Model.Transform(data), loaded.Transform(data));
        Assert.AreEqual(ours.Schema["PredictedLabel"].Type, inBox.Schema["PredictedLabel"].Type);
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(Columns.Vectors(ours, "Score"), Columns.Vectors(inBox, "Score")));
        Assert.AreSequenceEqual(Columns.Values<uint>(ours, "PredictedLabel"), Columns.Values<uint>(inBox, "PredictedLabel"));
        Assert.AreEqual(1.0, ml.MulticlassClassification.Evaluate(inBox).MicroAccuracy);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void ExportOnnx_ScoredWithoutMLNet_GivesTheSame()
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        Model.ExportOnnx(path);
        using var scorer = new OnnxScorer(path);
        Assert.AreEqual("pixels Single [N, 3, 16, 16]", scorer.Input.ToString());
        float[] scores = scorer.Score(Enumerable.Range(0, 3).SelectMany(index => PictureOf(index).Pixels).ToArray(), 3, "Score");
        float[][] expected = Columns.Vectors(Model.Transform(Keyed(new MLContext())), "Score");
        Assert.IsLessThan(LoadTolerance, Columns.LargestDifference([.. expected.Take(3)], [.. scores.Chunk(3)]));
    }

    [TestMethod]
    public void CrossValidate_InAChain_KeepsClassNames()
    {
        var ml = new MLContext(seed: 1);
        var options = Options(epochs: 4);
        var results = ml.MulticlassClassification.CrossValidate(Keyed(ml), Estimator(ml, options), numberOfFolds: 2);
        Assert.HasCount(2, results);
        foreach (var fold in results)
        {
            Assert.IsTrue(double.IsFinite(fold.Metrics.LogLoss));
            ((FineTuneTransformer)fold.Model).Dispose();
        }
    }

    [TestMethod]
    public void Fit_ImagesOfAView_InAChain()
    {
        var ml = new MLContext();
        var scenes = ml.MaskedPretraining.GeneratedScenes(12);
        var options = Options(epochs: 1);
        options.TrainedBlocks = 0;
        var chain = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MaskedPretraining.FineTune("Label", "Image", Encoder, options)).Append(ml.Transforms.Conversion.MapKeyToValue("PredictedName", "PredictedLabel"));
        var model = chain.Fit(scenes);
        Assert.HasCount(12, Columns.Texts(model.Transform(scenes), "PredictedName"));
        model.Dispose();
    }

    [TestMethod]
    public void FineTune_FromAModel_GoesOnWithItsHead()
    {
        var ml = new MLContext();
        using var model = ml.MaskedPretraining.FineTune("Label", "Pixels", Model.Weights, Options(epochs: 1)).Fit(Keyed(ml));
        Assert.IsLessThan(Model.Metrics[0].Loss / 2, model.Metrics[0].Loss);
    }

    [TestMethod]
    public void FineTune_FromAModelOfOtherClasses_NamesBoth()
    {
        var ml = new MLContext();
        var others = Keyed(ml, Enumerable.Range(0, 6).Select(index => new Picture { Label = index % 2 == 0 ? "warm" : "cold", Pixels = PictureOf(index).Pixels }));
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => ml.MaskedPretraining.FineTune("Label", "Pixels", Model.Weights, Options(epochs: 1)).Fit(others));
        Assert.Contains("warm, cold", exception.Message);
        Assert.Contains("red, green, blue", exception.Message);
    }

    [TestMethod]
    public void GradCam_OfTheModel_GivesMaps()
    {
        var ml = new MLContext();
        using var maps = ml.MaskedPretraining.AttentionMap("Map", "Pixels", AttentionMapOptions.GradCam(Model.Weights, @class: 1)).Fit(Keyed(ml));
        float[][] rows = Columns.Vectors(maps.Transform(Keyed(ml)), "Map");
        Assert.HasCount(Rows, rows);
        Assert.HasCount(16, rows[0]);
        Assert.IsTrue(rows.All(row => row.All(value => value is >= 0 and <= 1)));
        Assert.IsTrue(rows.Any(row => row.Max() > 0.5));
    }

    [TestMethod]
    public void GradCam_OfSeveralTokens_IsRefused()
    {
        var classifier = Model.Weights with { Pooling = TokenPooling.ClassTokensOf(2) };
        Assert.Contains("class tokens of 2 blocks", Assert.ThrowsExactly<NotSupportedException>(() => AttentionMapOptions.GradCam(classifier)).Message);
    }

    [TestMethod]
    public void Fit_TextLabel_TellsToMapItToAKey()
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Estimator(ml).Fit(Texts(ml)));
        Assert.Contains("'Label'", exception.Message);
        Assert.Contains("MapValueToKey", exception.Message);
    }

    [TestMethod]
    public void Fit_OneClassOfSeveral_SaysWhich()
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Estimator(ml).Fit(Some(ml, "red")));
        Assert.Contains("'red'", exception.Message);
    }

    [TestMethod]
    public void Fit_ValidationClassWithoutTraining_NamesIt()
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Estimator(ml).Fit(Some(ml, "red", "green"), Keyed(ml)));
        Assert.Contains("'blue'", exception.Message);
    }

    [TestMethod]
    public void Fit_ValidationWithOtherKeys_NamesBoth()
    {
        var ml = new MLContext();
        var others = Keyed(ml, Enumerable.Range(0, 4).Select(PictureOf).Reverse());
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Estimator(ml).Fit(Keyed(ml), others));
        Assert.Contains("validation data", exception.Message);
    }

    [TestMethod]
    public void FineTune_BadOptions_ListsAll()
    {
        var options = Options();
        (options.TrainedBlocks, options.LayerDecay) = (3, 0);
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => Estimator(new MLContext(), options));
        Assert.HasCount(2, exception.Errors);
    }

    [TestMethod]
    public void Presets_OfThePapers_AreValid()
    {
        var architecture = VisionTransformerOptions.Base();
        foreach (var options in new[]
        {
            new FineTuningOptions(), FineTuningOptions.MaeBase(), FineTuningOptions.MaeLarge(), FineTuningOptions.MaeHuge(), FineTuningOptions.AttentionDrivenMae(),
            FineTuningOptions.SimMim(), FineTuningOptions.AttentionDrivenSimMim(), FineTuningOptions.MaskFeat(), FineTuningOptions.SmallImages(),
        })
        {
            var errors = new OptionErrors();
            options.Validate(errors, architecture);
            errors.ThrowIfAny("preset");
        }

        // The papers' rates for their batches.
        Assert.AreEqual(2e-3, Peak(FineTuningOptions.MaeBase()), 1e-12);
        Assert.AreEqual(4e-3, Peak(FineTuningOptions.MaeLarge()), 1e-12);
        Assert.AreEqual(5e-3, Peak(FineTuningOptions.SimMim()), 1e-12);
        Assert.AreEqual(2e-3, Peak(FineTuningOptions.MaskFeat()), 1e-12);
        Assert.AreEqual(1e-6, FineTuningOptions.MaeBase().Optimization.MinLearningRatePer256 * 4, 1e-15);

        static double Peak(FineTuningOptions options) => options.Optimization.LearningRatePer256 * options.BatchSize / 256;
    }
}
