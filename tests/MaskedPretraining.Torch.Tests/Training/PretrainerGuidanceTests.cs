using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Losses weighted by attention (AttG).</summary>
[TestClass]
public sealed class PretrainerGuidanceTests
{
    private static readonly IAttentionMaps Zeros = new AttentionMapTable(RecipeRuns.Images, new PatchGrid(4, 4));

    [TestMethod]
    [DataRow(true, DisplayName = "kernels")]
    [DataRow(false, DisplayName = "autograd")]
    public void Run_MapOfZerosAndGammaOne_IsThePlainRunBitForBit(bool kernels)
    {
        var options = OptionsOf(kernels);
        var plain = Run(options, null);
        options.Guidance = new AttentionLossOptions { Gamma = 1 };
        var guided = Run(options, Zeros);
        CollectionAssert.AreEqual(TinyRun.Losses(plain), TinyRun.Losses(guided));
        CollectionAssert.AreEqual(TinyRun.Bytes(plain), TinyRun.Bytes(guided));
        Assert.IsTrue(guided.Metrics.All(metrics => metrics.ForegroundShare == 0));
    }

    [TestMethod]
    public void Run_TemperatureWithoutEnd_IsThePlainRun()
    {
        const double Tolerance = 1e-6;
        var options = OptionsOf(kernels: true);
        var plain = Run(options, null);
        options.Guidance = new AttentionLossOptions { Temperature = TemperatureSchedule.Constant(1e9) };
        var guided = Run(options, RecipeRuns.RandomMaps());
        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            Assert.AreEqual(plain.Metrics[epoch].Loss, guided.Metrics[epoch].Loss, Tolerance);
            Assert.AreEqual(guided.Metrics[epoch].Loss, guided.Metrics[epoch].PlainLoss!.Value, Tolerance);
        }
    }

    [TestMethod]
    public void Run_Gamma_ScalesTheLossAndLeavesThePlainOne()
    {
        // Before the first step of AdamW, which cancels a factor but for rounding.
        const double Tolerance = 1e-5;
        var options = OptionsOf(kernels: true);
        options.BatchSize = RecipeRuns.Images;
        options.Epochs = 1;
        options.Guidance = new AttentionLossOptions();
        var once = Run(options, RecipeRuns.RandomMaps()).Metrics[0];
        options.Guidance.Gamma = 3;
        var thrice = Run(options, RecipeRuns.RandomMaps()).Metrics[0];
        Assert.AreEqual(3 * once.Loss, thrice.Loss, Tolerance);
        Assert.AreEqual(once.PlainLoss!.Value, thrice.PlainLoss!.Value, Tolerance);
        Assert.AreEqual(once.ForegroundShare!.Value, thrice.ForegroundShare!.Value, Tolerance);
        Assert.IsGreaterThan(once.PlainLoss.Value, once.Loss, "weights are at least 1");
    }

    [TestMethod]
    public void Run_WithAFolder_LogsThePlainLossAndTheForegroundsShare()
    {
        string folder = Directory.CreateTempSubdirectory("guided-").FullName;
        try
        {
            var result = RecipeRuns.Trainer(RecipeRuns.Recipe.GuidedLoss).Run(folder);
            var entries = MetricsLog.Read(new RunFolder(folder).MetricsPath);
            CollectionAssert.AreEqual(result.Metrics.Select(metrics => metrics.PlainLoss!.Value).ToArray(), entries.Select(entry => entry.Values["plain_loss"]).ToArray());
            CollectionAssert.AreEqual(result.Metrics.Select(metrics => metrics.ForegroundShare!.Value).ToArray(), entries.Select(entry => entry.Values["foreground_share"]).ToArray());
            CollectionAssert.AreEqual(result.Metrics.ToArray(), RecipeRuns.Trainer(RecipeRuns.Recipe.GuidedLoss).Run(folder).Metrics.ToArray(), "read back");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PretrainerOptions OptionsOf(bool kernels) => kernels ? TinyRun.Options(3) : TinyRun.WithoutKernels(TinyRun.Options(3));

    private static PretrainingResult Run(PretrainerOptions options, IAttentionMaps? maps) =>
        new Pretrainer(new SyntheticImages(RecipeRuns.Images, TinyRun.ImageSize), options, maps: new SampleMaps(Guidance: maps)).Run();
}
