using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Tests.Maps;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests;

/// <summary>What GuidedMae does with other decoders, targets and masks than MAE's.</summary>
[TestClass]
public sealed class GuidedMaeRecipeTests
{
    /// <summary>What the loaded model may differ by: the promise of the issue is 1e-4.</summary>
    private const double LoadTolerance = 1e-5;

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Masks { get; } = new[]
    {
        Masking.Random(), Masking.RandomUnits(), Masking.RandomUnits(0.44, 1, 0.26), Masking.Block(), Masking.Block(new() { Exact = false }), Masking.Grid(), Masking.Grid(randomPhase: true),
        Masking.RandomizedGrid(), Masking.GreenNoise(), Masking.RedNoise(), Masking.BlueNoise(), Masking.AttentionDriven(), Masking.AttentionDriven(0.3, 0.3), Masking.AttentionDriven("Map"),
        Masking.AttentionTop(), Masking.AttentionTop(new() { StartEpoch = 1, Probability = 0.5 }), Masking.AttentionTop("Map"), Masking.Parts("Map"), Masking.ObjectPrior("Map"), Masking.FromMap("Map"),
        Masking.HardPatches(),
    }.Select(masking => new object[] { masking });

    [TestMethod]
    [DataRow(PositionEmbedding.Relative, true)]
    [DataRow(PositionEmbedding.Learned, false)]
    public void Fit_SimMim_SavesInBoxPartsThatPredictTheSame(PositionEmbedding position, bool scalesAttention)
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(12));
        var options = SimMim(position);
        options.Architecture.LayerScaleOnAttention = scalesAttention;
        (options.AttentionColumnName, options.PatchesColumnName) = ("Attention", "Patches");
        // The exported model is compared with the network in here.
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.zip");
        ml.Model.Save(encoder, data.Schema, path);

        var loaded = new MLContext().Model.Load(path, out _);
        Assert.StartsWith("Microsoft.ML", loaded.GetType().FullName);
        var (ours, inBox) = (encoder.Transform(data), loaded.Transform(data));
        foreach (string name in new[] { "Features", "Attention", "Patches" })
        {
            Assert.IsLessThan(LoadTolerance, Columns.LargestDifference(Columns.Vectors(ours, name), Columns.Vectors(inBox, name)), name);
        }

        Assert.HasCount(2, encoder.Reconstruct(data, 2));
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Reconstruct_Histograms_IsRefused()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(8));
        var options = SimMim(PositionEmbedding.Learned);
        (options.Target, options.Error) = (ReconstructionTarget.Hog(new HogOptions { CellSize = 4 }), ReconstructionError.Squared);
        options.Masking = Masking.Block(new() { Exact = false });
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        Assert.HasCount(8, Columns.Vectors(encoder.Transform(data), "Features"));
        Assert.Contains("histograms of gradients", Assert.ThrowsExactly<NotSupportedException>(() => encoder.Reconstruct(data, 1)).Message);
    }

    [TestMethod]
    public void GuidedMae_CountsThatVaryWithMaesDecoder_IsRefusedWithTheReason()
    {
        foreach (var masking in new[] { Masking.Block(new() { Exact = false }), Masking.AttentionTop(new() { Probability = 0.5 }) })
        {
            var options = Tiny.Mae();
            options.Masking = masking;
            string message = Assert.ThrowsExactly<InvalidOptionsException>(() => new MLContext().MaskedPretraining.GuidedMae("Features", "Image", options)).Message;
            Assert.Contains("Masking must mask the same number of patches in each image", message);
            Assert.Contains(nameof(LinearDecoderOptions), message);
        }
    }

    [TestMethod]
    public void GuidedMae_HardPatchesWithLinearDecoder_IsRefusedWithTheReason()
    {
        var options = SimMim(PositionEmbedding.Learned);
        options.Masking = Masking.HardPatches();
        string message = Assert.ThrowsExactly<InvalidOptionsException>(() => new MLContext().MaskedPretraining.GuidedMae("Features", "Image", options)).Message;
        Assert.Contains("a second decoder of the same shape", message);
    }

    [TestMethod]
    public void Fit_HardPatches_TellsHowTheMasksStandAndReconstructs()
    {
        var ml = new MLContext();
        var data = ml.MaskedPretraining.Images(new ColorImages(8));
        var options = Tiny.Mae();
        (options.Masking, options.Epochs) = (Masking.HardPatches(), 2);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        Assert.IsTrue(encoder.Metrics.All(epoch => epoch.LearnedMasking is { HardShare: > 0, LossOrderAgreement: not null, HardLoss: not null }));
        Assert.HasCount(2, encoder.Reconstruct(data, 2));
    }

    [TestMethod]
    [DynamicData(nameof(Masks))]
    public void Fit_EveryMasking_Trains(Masking masking)
    {
        var ml = new MLContext();
        var options = Tiny.Mae();
        options.Masking = masking;
        options.Decoder = masking.Strategy.VariesBetweenImages ? new LinearDecoderOptions() : options.Decoder;
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(1, 4).Select(value => MapRow.Of(value)).ToList());
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        Assert.HasCount(options.Epochs, encoder.Metrics);
        Assert.IsTrue(encoder.Metrics.All(metrics => double.IsFinite(metrics.Loss) && metrics.Loss > 0));
    }

    private static GuidedMaeOptions SimMim(PositionEmbedding position)
    {
        var options = Tiny.Mae(epochs: 1);
        (options.Architecture.Position, options.Architecture.LayerScale) = (position, 0.1);
        options.Decoder = new LinearDecoderOptions();
        (options.Target, options.Error) = (ReconstructionTarget.Pixels, ReconstructionError.Absolute);
        options.Initialization = WeightInitialization.SimMim;
        options.DropPath = 0.1;
        options.Masking = Masking.RandomUnits();
        return options;
    }
}
