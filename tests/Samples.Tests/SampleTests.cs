using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Pictures;

namespace MaskedPretraining.Samples;

[TestClass]
public sealed class SampleTests
{
    [TestMethod]
    public void PretrainAndProbe_OnGeneratedScenes_PrintsAnAccuracy()
    {
        var (exitCode, output) = Sample.Run("PretrainAndProbe", "1");

        Assert.AreEqual(0, exitCode, output);
        Assert.MatchesRegex("Linear probe: [0-9.]+ ?% right", output);
    }

    [TestMethod]
    public void OwnMasking_OnGeneratedScenes_TrainsDrawsItsMasksAndThoseOfAllStrategies()
    {
        string picture = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        try
        {
            var (exitCode, output) = Sample.Run("OwnMasking", picture);

            Assert.AreEqual(0, exitCode, output);
            Assert.MatchesRegex("epoch 3: loss [0-9.]+", output);
            Assert.Contains("....####   ....####   ########   ........", output);
            Assert.IsTrue(File.Exists(picture));
        }
        finally
        {
            File.Delete(picture);
        }
    }

    [TestMethod]
    public void ObjectMaps_OnGeneratedScenes_ScoresMapsBeforeAndAfter()
    {
        var (exitCode, output) = Sample.Run("ObjectMaps");

        Assert.AreEqual(0, exitCode, output);
        Assert.Contains("40 photos, objects cover", output);
        foreach (string map in new[] { "CentredBox", "UntrainedAttention", "UntrainedTokenCut", "Attention", "TokenCut" })
        {
            Assert.MatchesRegex($@"\| {map} \| [01]\.[0-9]{{3}} \|", output);
        }
    }

    [TestMethod]
    public void CompareEncoders_OnGeneratedScenes_WritesATable()
    {
        var folder = Directory.CreateTempSubdirectory("mpml-compare-");
        try
        {
            var (exitCode, output) = Sample.Run("CompareEncoders", "1", folder.FullName);

            Assert.AreEqual(0, exitCode, output);
            Assert.Contains("| pre-trained, class token |", output);
            Assert.MatchesRegex("5 shots: [0-9.]+ ?% ± ", output);
            Assert.MatchesRegex(@"mAP 0\.[0-9]{3}", output);
            Assert.IsTrue(File.Exists(Path.Combine(folder.FullName, "comparison.html")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void LearnedMasks_OnGeneratedScenes_TellsOfBothPhasesAndDrawsMasks()
    {
        var (exitCode, output) = Sample.Run("LearnedMasks", "1", "128");

        Assert.AreEqual(0, exitCode, output);
        Assert.MatchesRegex("first phase, epoch 1: loss [0-9.]+", output);
        Assert.MatchesRegex("epoch 1: loss [0-9.]+, entropy of the generator [01][.][0-9]+", output);
        string masks = output[output.IndexOf("(o):", StringComparison.Ordinal)..];
        Assert.HasCount(2 * 16, masks.Where(letter => letter == '#'), "a quarter of the patches of two scenes");
    }

    [TestMethod]
    public void Backgrounds_OnGeneratedScenes_ScoresEveryVariant()
    {
        var (exitCode, output) = Sample.Run("Backgrounds", "1", "160");

        Assert.AreEqual(0, exitCode, output);
        Assert.MatchesRegex("Backgrounds that lie cost -?[0-9.]+ ?%", output);
        foreach (string variant in new[] { "Original", "MixedSame", "MixedRandom", "MixedNext", "OnlyForeground", "NoForeground", "OnlyBackgroundBlack", "OnlyBackgroundTiled" })
        {
            Assert.MatchesRegex($@"\| {variant} \| [01]\.[0-9]{{3}} \| 80 \|", output);
        }
    }

    [TestMethod]
    public void DenseTransfer_OnGeneratedScenes_SegmentsLocalizesAndExportsABackbone()
    {
        var (exitCode, output) = Sample.Run("DenseTransfer");

        Assert.AreEqual(0, exitCode, output);
        Assert.Contains("20 photos, objects cover", output);
        foreach (string row in new[] { "(a centred box) |", "the untrained encoder | 1", "the pre-trained encoder | 4", "the pre-trained encoder at 64 px | 1", "segmentation probe, pre-trained | masks" })
        {
            Assert.MatchesRegex($@"\| {System.Text.RegularExpressions.Regex.Escape(row)} \| [01]\.[0-9]{{3}} \|", output);
        }

        Assert.Contains("pyramid_0 Single [N, 96, 256, 320]", output);
        Assert.Contains("pyramid_3 Single [N, 96, 32, 40]", output);
    }

    [TestMethod]
    public void FineTune_OnGeneratedScenes_ComparesPretrainedAndFromScratch()
    {
        var (exitCode, output) = Sample.Run("FineTune", "1", "1");

        Assert.AreEqual(0, exitCode, output);
        Assert.MatchesRegex("1 epochs of pre-training, 1 of fine-tuning: [01]\\.[0-9]{3} right", output);
        Assert.MatchesRegex("0 epochs of pre-training, 1 of fine-tuning: [01]\\.[0-9]{3} right", output);
    }

    [TestMethod]
    public void FineTune_OnAFolder_DecodesItInTheFirstRunOnly()
    {
        var folder = Directory.CreateTempSubdirectory("mpml-fine-tune-");
        try
        {
            var scenes = new GeneratedScenes(12, 32, seed: 9, SceneSplit.Train);
            for (int scene = 0; scene < scenes.Count; scene++)
            {
                string place = Path.Combine(folder.FullName, scene < 8 ? "train" : "val", scene % 2 == 0 ? "even" : "odd");
                Directory.CreateDirectory(place);
                PngWriter.Save(Path.Combine(place, $"{scene}.png"), scenes.Load(scene));
            }

            foreach (string expected in new[] { "all were decoded", "all were there" })
            {
                var (exitCode, output) = Sample.Run("FineTune", "1", "1", folder.FullName);

                Assert.AreEqual(0, exitCode, output);
                Assert.MatchesRegex($"8 images from the cache .*: {expected}", output);
                Assert.MatchesRegex($"4 images from the cache .*: {expected}", output);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Demo_OneShortEpoch_SavesAModelThatAFreshProcessRunsAlike()
    {
        string folder = Directory.CreateTempSubdirectory("demo-test").FullName;
        try
        {
            var (exitCode, output) = Sample.Run("Demo", "--epochs", "1", "--scenes", "160", "--output", folder);

            Assert.AreEqual(0, exitCode, output);
            Assert.Contains("assemblies of this library in the process: 0", output);
            Assert.IsTrue(File.Exists(Path.Combine(folder, "model.zip")));
            Assert.IsTrue(File.Exists(Path.Combine(folder, "pictures.png")));
            Assert.Contains("attention-driven (AMT)", File.ReadAllText(Path.Combine(folder, "index.html")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
