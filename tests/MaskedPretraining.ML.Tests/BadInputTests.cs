using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests;

/// <summary>Every bad input is one clear error that names the thing, the value and the remedy.</summary>
[TestClass]
public sealed class BadInputTests
{
    public TestContext TestContext { get; set; } = null!;

    private sealed class PixelRow
    {
        [VectorType(3 * Tiny.Side * Tiny.Side)]
        public float[] Pixels { get; set; } = [];

        [VectorType(7)]
        public float[] Few { get; set; } = new float[7];

        public string Text { get; set; } = "";
    }

    private static IDataView Pixels(MLContext ml, float value = 100) => ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, 4).Select(_ => new PixelRow { Pixels = [.. Enumerable.Repeat(value, 3 * Tiny.Side * Tiny.Side)] }).ToList());

    [TestMethod]
    public void Fit_OneImage_AsksForMore()
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae()).Fit(ml.MaskedPretraining.Images(new ColorImages(1))));
        Assert.Contains("only 1 usable image", exception.Message);
    }

    [TestMethod]
    public void Fit_ImagesSmallerThanAPatch_SaysHowLargeTheyMustBe()
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae()).Fit(ml.MaskedPretraining.Images(new ColorImages(4, size: 3))));
        Assert.Contains("only 3 pixels", exception.Message);
        Assert.Contains("at least 4", exception.Message);
    }

    [TestMethod]
    public void Fit_GpuAbsent_IsAnErrorOrWithFallbackAWarning()
    {
        if (TorchSharp.torch.cuda.is_available())
        {
            Assert.Inconclusive("There is a CUDA device.");
        }

        var ml = new MLContext();
        var log = new LogLines(ml);
        var options = Tiny.Mae();
        options.Device = ComputeDevice.Cuda;
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(ml.MaskedPretraining.Images(new ColorImages(4))));
        Assert.Contains("FallbackToCpu", exception.Message);
        options.FallbackToCpu = true;
        ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(ml.MaskedPretraining.Images(new ColorImages(4)));
        Assert.IsTrue(log.Of(ChannelMessageKind.Warning).Any(line => line.Contains("the CPU does the work", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_ScoringGpuAbsent_SaysSoBeforeItTrains()
    {
        // Device 1000 exists nowhere, with or without CUDA in the native library.
        var ml = new MLContext { GpuDeviceId = 1000 };
        var options = Tiny.Mae();
        options.MetricsCallback = _ => Assert.Fail("It trained.");
        var images = ml.MaskedPretraining.Images(new ColorImages(4));
        var keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(images).Transform(images);
        var encoder = UntrainedEncoder.Create(Tiny.Encoder());
        foreach (Action fit in new Action[]
        {
            () => ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(images),
            () => ml.MaskedPretraining.FineTune("Label", "Image", encoder).Fit(keyed),
            () => ml.MaskedPretraining.LinearProbe(encoder).Fit(keyed),
        })
        {
            Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", Assert.ThrowsExactly<InvalidOperationException>(fit).Message);
        }
    }

    [TestMethod]
    public void Fit_NoRows_SaysSo()
    {
        var ml = new MLContext();
        var none = ml.Data.TakeRows(ml.MaskedPretraining.Images(new ColorImages(4)), 0);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae()).Fit(none));
        Assert.Contains("no rows", exception.Message);
    }

    [TestMethod]
    [DataRow("Text", "LoadImages")]
    [DataRow("Few", "vector of 7 Single")]
    [DataRow("Missing", "no column 'Missing'")]
    public void Fit_WrongColumn_NamesItAndWhatIsNeeded(string column, string expected)
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ml.MaskedPretraining.GuidedMae("Features", column, Tiny.Mae()).Fit(Pixels(ml)));
        Assert.Contains($"'{column}'", exception.Message);
        Assert.Contains(expected, exception.Message);
    }

    [TestMethod]
    public void Fit_WrongColumnInAChain_FailsBeforeTraining()
    {
        var ml = new MLContext();
        var chain = ml.Transforms.CopyColumns("Copy", "Text").Append(ml.MaskedPretraining.GuidedMae("Features", "Copy", Tiny.Mae()));
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => chain.Fit(Pixels(ml)));
        Assert.Contains("'Copy'", exception.Message);
    }

    [TestMethod]
    public void Fit_PixelsOfCorrectSize_Trains()
    {
        var ml = new MLContext();
        var data = Pixels(ml);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Pixels", Tiny.Mae()).Fit(data);
        Assert.HasCount(4, Columns.Vectors(encoder.Transform(data), "Features"));
    }

    [TestMethod]
    public void Fit_PixelsOutsideTheirRange_SaysWhichColumnAndRow()
    {
        var ml = new MLContext();
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => ml.MaskedPretraining.GuidedMae("Features", "Pixels", Tiny.Mae()).Fit(Pixels(ml, -1)));
        Assert.Contains("'Pixels' holds -1 in Row 0", exception.Message);
    }

    [TestMethod]
    public void Masking_RatiosOfOneOrMore_AreRefused()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => Masking.AttentionDriven(0.6, 0.4));
        Assert.Contains("less than 1", exception.Message);
    }

    [TestMethod]
    public void Ctor_RatioThatLeavesNoVisiblePatch_IsRefusedAtOnce()
    {
        var options = Tiny.Mae();
        options.Masking = Masking.Random(0.99);
        Assert.ThrowsExactly<InvalidOptionsException>(() => new MLContext().MaskedPretraining.GuidedMae("Features", "Image", options));
    }

    [TestMethod]
    public void Fit_RunFolderOfAnotherArchitecture_IsRefused()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(8));
        var options = Tiny.Mae(epochs: 1);
        options.RunFolder = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}");
        ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data).Dispose();
        options.Architecture.Width = 32;
        var exception = Assert.ThrowsExactly<Core.Checkpoints.CheckpointFormatException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data));
        Assert.Contains("belongs to", exception.Message);
    }

    [TestMethod]
    public void SaveModel_ToAPlaceThatCannotBeWritten_LeavesNothing()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(4));
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(data);
        string path = Path.Combine(TestContext.TestRunDirectory!, "no-such-folder", "model.zip");
        var exception = Assert.Throws<IOException>(() => ml.MaskedPretraining.SaveModel(encoder, data.Schema, path));
        Assert.Contains("model.zip", exception.Message);
        Assert.IsFalse(Directory.Exists(Path.GetDirectoryName(path)!));
    }

    [TestMethod]
    public void SaveModel_BelowAFile_SaysSo()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(4));
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(data);
        string file = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}");
        File.WriteAllText(file, "a file");
        var exception = Assert.ThrowsExactly<IOException>(() => ml.MaskedPretraining.SaveModel(encoder, data.Schema, Path.Combine(file, "model.zip")));
        Assert.Contains($"{file} is a file and no folder", exception.Message);
        Assert.AreEqual("a file", File.ReadAllText(file));
    }

    [TestMethod]
    public void SaveModel_WritingFails_KeepsTheOlderFile()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(4));
        string folder = Directory.CreateDirectory(Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}")).FullName, path = Path.Combine(folder, "model.zip");
        using (var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(data))
        {
            ml.MaskedPretraining.SaveModel(encoder, data.Schema, path);
        }

        byte[] older = File.ReadAllBytes(path);
        var exception = Assert.Throws<IOException>(() => ml.MaskedPretraining.SaveModel(new UnsavableTransformer(), data.Schema, path));
        Assert.Contains("model.zip", exception.Message);
        Assert.IsTrue(older.AsSpan().SequenceEqual(File.ReadAllBytes(path)));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(folder));
    }

    [TestMethod]
    public void Fit_LossThatIsNoNumber_SaysWhatToDo()
    {
        var ml = new MLContext();
        var options = Tiny.Mae(epochs: 30);
        options.Optimization.LearningRatePer256 = 1e30;
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(ml.MaskedPretraining.Images(new ColorImages(8))));
        Assert.Contains("learning rate", exception.Message);
    }
}
