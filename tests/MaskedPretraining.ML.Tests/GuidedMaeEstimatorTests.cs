using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests;

[TestClass]
public sealed class GuidedMaeEstimatorTests
{
    /// <summary>Batches of another size sum in another order.</summary>
    private const double BatchTolerance = 1e-5;

    /// <summary>What the loaded model may differ by: the promise of the issue is 1e-4.</summary>
    private const double LoadTolerance = 1e-5;

    private const int Images = 18;

    public TestContext TestContext { get; set; } = null!;

    private static IDataView Data(MLContext ml, int count = Images) => ml.MaskedPretraining.Images(new ColorImages(count));

    [TestMethod]
    public void Fit_OnImages_AddsAFeatureVectorOfTheEncodersWidth()
    {
        var ml = new MLContext();
        var data = Data(ml);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae()).Fit(data);
        var view = encoder.Transform(data);
        var type = (VectorDataViewType)view.Schema["Features"].Type;
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, Tiny.Width), type);
        Assert.HasCount(data.Schema.Count + 1, view.Schema);
        var features = Columns.Vectors(view, "Features");
        Assert.HasCount(Images, features);
        Assert.IsTrue(features.All(row => row.All(float.IsFinite)));
        Assert.HasCount(2, encoder.Metrics);
        Assert.IsFalse(encoder.WasCancelled);
    }

    [TestMethod]
    public void Transform_InBatches_EqualsRowByRow()
    {
        var ml = new MLContext();
        var data = Data(ml);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(data);
        double difference = Columns.LargestDifference(Columns.Vectors(encoder.Transform(data), "Features"), Columns.VectorsRowByRow(encoder, data, "Features"));
        Assert.IsLessThan(BatchTolerance, difference);
    }

    [TestMethod]
    public void Transform_SeveralReadersAtOnce_EachGetsTheSame()
    {
        var ml = new MLContext();
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(Data(ml));
        var view = encoder.Transform(Data(ml));
        float[][] expected = Columns.Vectors(view, "Features");
        Task<float[][]>[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Columns.Vectors(view, "Features"), TaskCreationOptions.LongRunning))];
        foreach (var reader in readers)
        {
            Assert.AreEqual(0, Columns.LargestDifference(expected, reader.Result));
        }
    }

    [TestMethod]
    public void Save_ThenLoad_GivesInBoxPartsThatPredictTheSame()
    {
        var ml = new MLContext();
        var data = Data(ml);
        var options = Tiny.Mae(epochs: 1);
        options.AttentionColumnName = "Attention";
        options.PatchesColumnName = "Patches";
        options.Pooling = FeaturePooling.Mean;
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.Model.Save(encoder, data.Schema, path);

        var other = new MLContext();
        var loaded = other.Model.Load(path, out _);
        Assert.StartsWith("Microsoft.ML", loaded.GetType().FullName);
        var (ours, inBox) = (encoder.Transform(data), loaded.Transform(data));
        Assert.AreSequenceEqual(ours.Schema.Select(column => column.Name).ToArray(), inBox.Schema.Select(column => column.Name).ToArray());
        foreach (string name in new[] { "Features", "Attention", "Patches" })
        {
            Assert.AreEqual(ours.Schema[name].Type, inBox.Schema[name].Type, name);
            Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(Columns.Vectors(ours, name), Columns.Vectors(inBox, name)), name);
        }

        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Fit_PoolingOfBoth_GivesTheClassTokenAndThenTheMeanAlsoWhenLoaded()
    {
        var ml = new MLContext();
        var data = Data(ml, 4);
        float[][] cls = Pooled(FeaturePooling.Cls), mean = Pooled(FeaturePooling.Mean), both = Pooled(FeaturePooling.ClsAndMean);
        Assert.IsLessThan(BatchTolerance, Columns.LargestDifference([.. cls.Zip(mean).Select(pair => pair.First.Concat(pair.Second).ToArray())], both));

        float[][] Pooled(FeaturePooling pooling)
        {
            var options = Tiny.Mae(epochs: 0);
            options.Pooling = pooling;
            using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
            string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
            ml.Model.Save(encoder, data.Schema, path);
            var loaded = new MLContext().Model.Load(path, out _);
            float[][] features = Columns.Vectors(encoder.Transform(data), "Features");
            Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(features, Columns.Vectors(loaded.Transform(data), "Features")));
            (loaded as IDisposable)?.Dispose();
            return features;
        }
    }

    [TestMethod]
    public void Fit_TwiceWithTheSameSeed_GivesTheSameEncoderBitForBit()
    {
        var ml = new MLContext(seed: 1);
        var data = Data(ml);
        var estimator = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae());
        using var first = estimator.Fit(data);
        using var second = estimator.Fit(data);
        foreach (string name in first.Weights.Weights.Names)
        {
            Assert.IsTrue(first.Weights.Weights[name].Bytes.AsSpan().SequenceEqual(second.Weights.Weights[name].Bytes), name);
        }
    }

    [TestMethod]
    public void Fit_WithoutASeed_TakesTheContexts()
    {
        var options = Tiny.Mae(epochs: 0);
        options.Seed = null;
        float First(int seed)
        {
            var ml = new MLContext(seed);
            var data = Data(ml);
            using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
            return Columns.Vectors(encoder.Transform(data), "Features")[0][0];
        }

        Assert.AreEqual(First(1), First(1));
        Assert.AreNotEqual(First(1), First(2));
    }

    [TestMethod]
    public void Fit_OnAnyOtherView_CopiesItsImagesAndGivesTheSameEncoder()
    {
        var ml = new MLContext();
        var direct = Data(ml);
        // A view of ML.NET's own between our images and the estimator.
        var indirect = ml.Transforms.CopyColumns("Photo", "Image").Fit(direct).Transform(direct);
        using var first = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae()).Fit(direct);
        using var second = ml.MaskedPretraining.GuidedMae("Features", "Photo", Tiny.Mae()).Fit(indirect);
        Assert.AreEqual(first.Metrics[^1].Loss, second.Metrics[^1].Loss);
    }

    [TestMethod]
    public void Fit_InAChain_SavesAndLoadsAsAWhole()
    {
        var ml = new MLContext();
        var data = Data(ml);
        var chain = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)));
        var model = chain.Fit(data);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.Model.Save(model, data.Schema, path);
        var loaded = ml.Model.Load(path, out _);
        double difference = Columns.LargestDifference(Columns.Vectors(model.Transform(data), "Features"), Columns.Vectors(loaded.Transform(data), "Features"));
        Assert.IsLessThan(LoadTolerance, difference);
        model.Dispose();
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Fit_Cancelled_ReturnsAUsableTransformer()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        var data = Data(ml);
        using var source = new CancellationTokenSource();
        var options = Tiny.Mae(epochs: 50);
        options.CancellationToken = source.Token;
        options.MetricsCallback = metrics =>
        {
            if (metrics.Epoch == 1)
            {
                source.Cancel();
            }
        };
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        Assert.IsTrue(encoder.WasCancelled);
        Assert.HasCount(2, encoder.Metrics);
        Assert.HasCount(Images, Columns.Vectors(encoder.Transform(data), "Features"));
        Assert.Contains("cancelled", string.Join('\n', log.Of(ChannelMessageKind.Warning)));
    }

    [TestMethod]
    public void Fit_CancelledThenFittedAgainFromItsRunFolder_EqualsAnUninterruptedRun()
    {
        var ml = new MLContext();
        var data = Data(ml);
        using var whole = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 4)).Fit(data);

        using var source = new CancellationTokenSource();
        var options = Tiny.Mae(epochs: 4);
        options.RunFolder = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}");
        options.CancellationToken = source.Token;
        options.MetricsCallback = metrics =>
        {
            if (metrics.Epoch == 1)
            {
                source.Cancel();
            }
        };
        ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data).Dispose();
        options.CancellationToken = default;
        options.MetricsCallback = null;
        using var resumed = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        Assert.AreSequenceEqual(whole.Metrics.Select(metrics => metrics.Loss).ToArray(), resumed.Metrics.Select(metrics => metrics.Loss).ToArray());
        Assert.AreEqual(0, Columns.LargestDifference(Columns.Vectors(whole.Transform(data), "Features"), Columns.Vectors(resumed.Transform(data), "Features")));
    }

    [TestMethod]
    public void Fit_WithValidation_ReportsItsLoss()
    {
        var ml = new MLContext();
        var log = new LogLines(ml);
        var steps = new List<PretrainingMetrics>();
        var options = Tiny.Mae();
        options.Progress = new SynchronousProgress(steps.Add);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(Data(ml), Data(ml, 6));
        Assert.IsTrue(encoder.Metrics.All(metrics => metrics.ValidationLoss > 0));
        Assert.IsTrue(steps.Exists(metrics => !metrics.IsEpochEnd));
        string info = string.Join('\n', log.Of(ChannelMessageKind.Info));
        Assert.Contains("Epoch 2 of 2: loss ", info);
        Assert.Contains("validation loss", info);
        Assert.Contains("parameters", info);
    }

    [TestMethod]
    public void Fit_AttentionDriven_Trains()
    {
        var ml = new MLContext();
        var options = Tiny.Mae(epochs: 3);
        options.Masking = Masking.AttentionDriven();
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(Data(ml));
        Assert.HasCount(3, encoder.Metrics);
    }

    [TestMethod]
    public void Fit_Options_AreCopied()
    {
        var ml = new MLContext();
        var options = Tiny.Mae(epochs: 1);
        var estimator = ml.MaskedPretraining.GuidedMae("Features", "Image", options);
        options.Epochs = 7;
        options.Architecture.Width = 1;
        using var encoder = estimator.Fit(Data(ml));
        Assert.HasCount(1, encoder.Metrics);
    }

    [TestMethod]
    public void Fit_ThenDispose_LeavesNothingInTheTemporaryDirectory()
    {
        string folder = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        var ml = new MLContext { TempFilePath = folder };
        var data = Data(ml);
        var indirect = ml.Transforms.CopyColumns("Photo", "Image").Fit(data).Transform(data);
        using (var encoder = ml.MaskedPretraining.GuidedMae("Features", "Photo", Tiny.Mae(epochs: 1)).Fit(indirect))
        {
            ml.Model.Save(encoder, indirect.Schema, Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip"));
        }

        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(folder));
    }

    [TestMethod]
    public void Ctor_ManyBadOptions_NamesAllOfThem()
    {
        var options = Tiny.Mae();
        options.Architecture.PatchSize = 5;
        options.Architecture.Heads = 3;
        options.BatchSize = 0;
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new MLContext().MaskedPretraining.GuidedMae("Features", "Image", options));
        foreach (string name in new[] { "ImageHeight", "Width", "BatchSize" })
        {
            Assert.Contains(name, exception.Message);
        }
    }

    [TestMethod]
    public void ExportOnnx_WritesAModelWithTheOutputsAskedFor()
    {
        var ml = new MLContext();
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(Data(ml));
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        encoder.ExportOnnx(path, EncoderOutputs.Cls | EncoderOutputs.Attention);
        using var scorer = new Onnx.Scoring.OnnxScorer(path);
        Assert.AreSequenceEqual(["cls", "attention"], scorer.Outputs.Select(output => output.Name).ToArray());
    }

    private sealed class SynchronousProgress(Action<PretrainingMetrics> report) : IProgress<PretrainingMetrics>
    {
        public void Report(PretrainingMetrics value) => report(value);
    }
}
