using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests.Comparison;

[TestClass]
public sealed class CompareTests
{
    private static readonly MLContext Context = new();

    private static EvaluationProtocol Lars => EvaluationProtocol.LinearProbe(new LinearProbeOptions { Epochs = 20 });

    [TestMethod]
    public void Compare_SeveralProtocols_FillsEveryCell()
    {
        var result = Context.MaskedPretraining.Compare(Options(
            EvaluationProtocol.Knn(3), Lars, EvaluationProtocol.LinearProbe(), EvaluationProtocol.FewShot(2, 3), EvaluationProtocol.LowLabel(0.25, 2, FeatureClassifier.Knn(1)), EvaluationProtocol.Retrieval()));
        Assert.IsEmpty(result.Failures, string.Join('\n', result.Failures));
        Assert.AreSequenceEqual(
            ["3-NN 1", "linear probe, LARS 2", "linear probe 1", "2-shot, nearest centroid 2", "25 % of labels, 1-NN 2", "retrieval mAP 1"], result.Entries.Take(6).Select(entry => $"{entry.Protocol} {entry.Runs}").ToArray());
        Assert.IsTrue(result.Cells.All(cell => cell.Value is > 0.5 and <= 1), "brightness is easy to see");
        Assert.IsTrue(result.Cells.All(cell => cell.Protocol.Contains("shot") == cell.HalfWidth.HasValue || cell.Protocol.Contains("labels")));
        Assert.HasCount(12, result.Entries);
    }

    [TestMethod]
    public void Compare_ManyProtocols_ReadsTheImagesOnce()
    {
        var options = Options(EvaluationProtocol.Knn(3), EvaluationProtocol.FewShot(1, 2), EvaluationProtocol.Retrieval());
        options.DataSets = [CountedImages.DataSet(Context, "lights", out var images)];
        Context.MaskedPretraining.Compare(options);
        Assert.AreEqual(options.Encoders.Count, images.Passes);
    }

    [TestMethod]
    public void Compare_Again_DoesOnlyWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        var options = Options(EvaluationProtocol.Knn(3), EvaluationProtocol.FewShot(1, 2));
        options.Folder = folder.Path;
        options.DataSets = [CountedImages.DataSet(Context, "lights", out var images)];
        var first = Context.MaskedPretraining.Compare(options);
        Assert.IsFalse(first.Cells.Any(cell => cell.WasKept));
        int passes = images.Passes;

        var second = Context.MaskedPretraining.Compare(options);
        Assert.IsTrue(second.Cells.All(cell => cell.WasKept));
        Assert.AreSequenceEqual(first.Cells.Select(cell => cell.Value).ToArray(), second.Cells.Select(cell => cell.Value).ToArray());
        Assert.AreEqual(first.ToMarkdown(), second.ToMarkdown());
        Assert.AreEqual(passes + 1, images.Passes, "one pass to tell the images apart, none for features");

        File.Delete(Directory.GetFiles(folder.Path)[0]);
        File.WriteAllText(Directory.GetFiles(folder.Path)[0], "damaged");
        Assert.AreEqual(2, Context.MaskedPretraining.Compare(options).Cells.Count(cell => !cell.WasKept));
        options.Protocols.Add(EvaluationProtocol.Retrieval());
        Assert.AreEqual(2, Context.MaskedPretraining.Compare(options).Cells.Count(cell => !cell.WasKept), "the new protocol for both encoders");
    }

    [TestMethod]
    public void Compare_OtherContentsUnderTheSameName_AreMeasuredAnew()
    {
        using var folder = new TemporaryFolder();
        int Fresh(ulong seed, int count, int shots)
        {
            var options = Options(EvaluationProtocol.FewShot(shots, 2, FeatureClassifier.Knn(1)));
            options.Folder = folder.Path;
            options.Encoders = [ComparedEncoder.Untrained("a", Tiny.Encoder(), seed)];
            options.DataSets = [CountedImages.DataSet(Context, "lights", out _, count)];
            options.Seeds = [5];
            return Context.MaskedPretraining.Compare(options).Cells.Count(cell => !cell.WasKept);
        }

        Assert.AreEqual(1, Fresh(seed: 1, count: 24, shots: 1));
        Assert.AreEqual(0, Fresh(seed: 1, count: 24, shots: 1));
        Assert.AreEqual(1, Fresh(seed: 2, count: 24, shots: 1), "other weights");
        Assert.AreEqual(1, Fresh(seed: 1, count: 27, shots: 1), "other images");
        Assert.AreEqual(1, Fresh(seed: 1, count: 24, shots: 2), "other settings");
    }

    [TestMethod]
    public void Compare_FittedTransformer_IsKnownByItsContents()
    {
        using var folder = new TemporaryFolder();
        var data = CountedImages.DataSet(Context, "lights", out _);
        using var fitted = Context.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(data.Train);
        var options = Options(EvaluationProtocol.Knn(3));
        options.Folder = folder.Path;
        options.DataSets = [data];
        options.Encoders = [ComparedEncoder.Of("fitted", fitted)];
        var first = Context.MaskedPretraining.Compare(options).Cells.Single();
        Assert.IsNull(first.Failure);
        Assert.IsTrue(Context.MaskedPretraining.Compare(options).Cells.Single().WasKept);
        options.Encoders = [ComparedEncoder.Of("weights", fitted.Weights)];
        Assert.AreEqual(first.Value, Context.MaskedPretraining.Compare(options).Cells.Single().Value, "the same features");
    }

    [TestMethod]
    public void Compare_ImageColumns_AreToldApartByTheirPixels()
    {
        using var folder = new TemporaryFolder();
        bool Fresh(int testSize)
        {
            var options = Options(EvaluationProtocol.Knn(3));
            options.Folder = folder.Path;
            options.Encoders = [ComparedEncoder.Untrained("one", Tiny.Encoder(), 1)];
            options.DataSets = [new ComparedDataSet("colours", Context.MaskedPretraining.Images(new ColorImages(12)), Context.MaskedPretraining.Images(new ColorImages(6, testSize)))];
            var cell = Context.MaskedPretraining.Compare(options).Cells.Single();
            Assert.IsNull(cell.Failure);
            return !cell.WasKept;
        }

        Assert.IsTrue(Fresh(testSize: 16));
        Assert.IsFalse(Fresh(testSize: 16));
        Assert.IsTrue(Fresh(testSize: 20));
    }

    [TestMethod]
    public void Compare_FineTuning_TrainsTheEncoderOncePerSeed()
    {
        var options = Options(EvaluationProtocol.FineTune(new FineTuningOptions { Epochs = 2, BatchSize = 8, Device = ComputeDevice.Cpu, Augmentation = new() }));
        options.Encoders = [ComparedEncoder.Untrained("one", Tiny.Encoder(), 1)];
        options.DataSets.Add(CountedImages.DataSet(Context, "strange", out _, lastTestLabel: "blinding"));
        var result = Context.MaskedPretraining.Compare(options);
        Assert.HasCount(4, result.Cells);
        Assert.IsTrue(result.Cells.Take(2).All(cell => cell.Value is >= 0 and <= 1), string.Join('\n', result.Failures));
        Assert.IsTrue(result.Cells.Skip(2).All(cell => cell.Failure!.Contains("no training row has: 'blinding'", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Compare_Backgrounds_TakesThePhotosApart()
    {
        var options = Options([.. new[] { BackgroundVariant.Original, BackgroundVariant.MixedRandom, BackgroundVariant.OnlyForeground }.Select(variant => EvaluationProtocol.Backgrounds(variant, "Mask", FeatureClassifier.Knn(1)))]);
        options.Protocols.Add(EvaluationProtocol.Knn(1));
        options.DataSets = [new ComparedDataSet("scenes", Context.MaskedPretraining.GeneratedScenes(40), Context.MaskedPretraining.GeneratedScenes(24, split: SceneSplit.Test))];
        options.Encoders = [ComparedEncoder.Untrained("one", Tiny.Encoder(32), 1)];
        var result = Context.MaskedPretraining.Compare(options);
        Assert.IsEmpty(result.Failures, string.Join('\n', result.Failures));
        Assert.AreSequenceEqual(
            ["Original, 1-NN 1", "MixedRandom, 1-NN 2", "OnlyForeground, 1-NN 1", "1-NN 1"], result.Entries.Select(entry => $"{entry.Protocol} {entry.Runs}").ToArray());
        Assert.AreEqual(result.Entries[3].Mean, result.Entries[0].Mean, "the photos as they are");
        Assert.AreNotEqual(result.Entries[3].Mean, result.Entries[2].Mean);
    }

    [TestMethod]
    public void Compare_FailingCells_DoNotStopTheOthers()
    {
        var options = Options(EvaluationProtocol.Knn(3), EvaluationProtocol.Knn(500), EvaluationProtocol.FewShot(9, 1));
        options.Seeds = [0];
        options.DataSets.Add(CountedImages.DataSet(Context, "strange", out _, lastTestLabel: "blinding"));
        var log = new LogLines(Context);
        var result = Context.MaskedPretraining.Compare(options);
        string Failure(string data, string protocol) => result.Failures.First(cell => cell.DataSet == data && cell.Protocol.StartsWith(protocol, StringComparison.Ordinal)).Failure!;
        Assert.Contains("Neighbors must be at most 24", Failure("lights", "500-NN"));
        Assert.Contains("9 shots need 9 labelled images of every class, but 'bright' has 8", Failure("lights", "9-shot"));
        Assert.Contains("classes that no training row has: 'blinding'", Failure("strange", "3-NN"));
        Assert.HasCount(2, result.Cells.Where(cell => cell.Failure is null), "3-NN of both encoders on the sound data");
        Assert.Contains("failed", result.ToMarkdown());
        Assert.IsTrue(log.Of(ChannelMessageKind.Warning).Any(line => line.Contains("blinding")));
    }

    [TestMethod]
    public void Compare_Cancelled_KeepsWhatIsDone()
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var options = Options(EvaluationProtocol.Knn(3), EvaluationProtocol.Knn(1), EvaluationProtocol.FewShot(1, 2));
        options.Folder = folder.Path;
        options.CancellationToken = cancellation.Token;
        options.Progress = new Stop(cancellation, after: 2);
        var first = Context.MaskedPretraining.Compare(options);
        Assert.IsTrue(first.WasCancelled);
        Assert.HasCount(2, first.Cells);
        (options.CancellationToken, options.Progress) = (CancellationToken.None, null);
        var second = Context.MaskedPretraining.Compare(options);
        Assert.IsFalse(second.WasCancelled);
        Assert.AreEqual(2, second.Cells.Count(cell => cell.WasKept));
    }

    [TestMethod]
    public void Compare_EncodersOfOneName_ShareARow()
    {
        var options = Options(EvaluationProtocol.FewShot(1, 2));
        options.Encoders = [.. Enumerable.Range(0, 3).Select(seed => ComparedEncoder.Untrained("three", Tiny.Encoder(), (ulong)seed))];
        var entry = Context.MaskedPretraining.Compare(options).Entries.Single();
        Assert.AreEqual((6, false), (entry.Runs, entry.IsBest));
    }

    [TestMethod]
    public void ToDataView_Entries_AreRows()
    {
        var result = Context.MaskedPretraining.Compare(Options(EvaluationProtocol.Knn(3)));
        var view = result.ToDataView();
        Assert.AreSequenceEqual(["one", "two"], Columns.Texts(view, "Encoder"));
        Assert.AreSequenceEqual(result.Entries.Select(entry => entry.Mean).ToArray(), Columns.Values<double>(view, "Mean"));
    }

    [TestMethod]
    public void Compare_Segmentation_NeedsMasksAndWeights()
    {
        using var folder = new TemporaryFolder();
        var options = Options(EvaluationProtocol.Segmentation("Mask", new SegmentationOptions { Training = new() { Epochs = 30 } }));
        options.Folder = folder.Path;
        options.DataSets = [new ComparedDataSet("halves", HalfImages(12, flips: 0), HalfImages(6, flips: 0))];
        options.Encoders.Add(ComparedEncoder.Of("foreign", Context.Transforms.CopyColumns("Features", "Image").Fit(options.DataSets[0].Train)));
        var result = Context.MaskedPretraining.Compare(options);
        Assert.IsTrue(result.Cells.Take(4).All(cell => cell.Value is > 0.5 and <= 1), result.ToMarkdown());
        Assert.Contains("none of this library's", result.Failures.First().Failure!);
        options.DataSets = [new ComparedDataSet("halves", HalfImages(12, flips: 3), HalfImages(6, flips: 0))];
        Assert.IsFalse(Context.MaskedPretraining.Compare(options).Cells.Any(cell => cell.WasKept), "other masks are other data");
    }

    /// <summary>Images with a bright half, which is the object; the masks of the first few say the opposite.</summary>
    private static IDataView HalfImages(int count, int flips) => Context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new HalfImage
    {
        Image = [.. Enumerable.Range(0, 3 * Tiny.Side * Tiny.Side).Select(place => IsBright(place, i) ? 230f : 30f)],
        Mask = [.. Enumerable.Range(0, Tiny.Side * Tiny.Side).Select(place => IsBright(place, i) != (i < flips) ? 255f : 0f)],
    }));

    private static bool IsBright(int place, int image) => image % 2 == 0 ? place % Tiny.Side < Tiny.Side / 2 : place % (Tiny.Side * Tiny.Side) < Tiny.Side * Tiny.Side / 2;

    private sealed class HalfImage
    {
        [Microsoft.ML.Data.VectorType(3 * Tiny.Side * Tiny.Side)]
        public float[] Image { get; set; } = [];

        [Microsoft.ML.Data.VectorType(Tiny.Side, Tiny.Side)]
        public float[] Mask { get; set; } = [];
    }

    [TestMethod]
    public void Compare_BadOptions_NamesAll()
    {
        Assert.HasCount(4, Assert.ThrowsExactly<InvalidOptionsException>(() => Context.MaskedPretraining.Compare(new ComparisonOptions { Seeds = [] })).Errors);
        var options = Options(EvaluationProtocol.Knn(3), EvaluationProtocol.Knn(3, 0.1));
        options.DataSets.Add(options.DataSets[0]);
        options.Seeds = [1, 1];
        var errors = Assert.ThrowsExactly<InvalidOptionsException>(() => Context.MaskedPretraining.Compare(options)).Errors;
        Assert.HasCount(3, errors);
        Assert.Contains("Protocols must be different from each other, but is '3-NN' more than once.", errors);
    }

    [TestMethod]
    public void Protocols_BadOptions_AreRefusedAtOnce()
    {
        Assert.ThrowsExactly<InvalidOptionsException>(() => EvaluationProtocol.Knn(0));
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => EvaluationProtocol.FewShot(0, 0)).Errors);
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => EvaluationProtocol.LowLabel(2, 0)).Errors);
    }

    private static ComparisonOptions Options(params EvaluationProtocol[] protocols) => new()
    {
        Encoders = [ComparedEncoder.Untrained("one", Tiny.Encoder(), 1), ComparedEncoder.Untrained("two", Tiny.Encoder(), 2, FeaturePooling.Mean)],
        DataSets = [CountedImages.DataSet(Context, "lights", out _)],
        Protocols = [.. protocols],
        Seeds = [0, 1],
    };

    private sealed class Stop(CancellationTokenSource cancellation, int after) : IProgress<ComparisonCell>
    {
        private int _cells;

        public void Report(ComparisonCell value)
        {
            if (++_cells == after)
            {
                cancellation.Cancel();
            }
        }
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"comparison-{Guid.NewGuid():N}");

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
