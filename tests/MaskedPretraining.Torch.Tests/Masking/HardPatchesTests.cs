using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Masking;

[TestClass]
public sealed class HardPatchesTests
{
    private const int Epochs = 6;
    private const int Images = 8;

    // Sums in another order.
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(true, 0, DisplayName = "kernels, nothing hard yet")]
    [DataRow(true, 5, DisplayName = "kernels")]
    [DataRow(false, 5, DisplayName = "autograd")]
    public void AddGradients_AnyEpoch_MasksWhatTheTeacherFearsAndTheLoadersNoise(bool kernels, int epoch)
    {
        var options = OptionsOf(kernels, finalShare: 0.4);
        var progress = new TrainingProgress(epoch, Epochs);
        using var batch = BatchOf(options, progress);
        using var model = ModelOf(options);
        using var hardPatches = new HardPatches((HardPatchMasking)options.Masking, options, model, CPU);
        using var teacher = new HardPatchTeacher(model, options, CPU);
        var loaded = MaskedImages.Of(batch);
        var planned = loaded;
        var losses = hardPatches.AddGradients(loaded, batch.Samples, MomentOf(progress), masked =>
        {
            planned = masked;
            return new StepLosses(3, 2, 1);
        });
        Assert.AreEqual(new StepLosses(3, 2, 1), losses);
        int patches = options.Architecture.Grid.Count, hard = epoch == 0 ? 0 : 4;
        float[] predicted = teacher.Predict(loaded);
        for (int image = 0; image < Images; image++)
        {
            var random = new RandomStream(options.Seed, RandomPurpose.Mask, epoch, batch.Samples[image]);
            float[] noise = [.. Enumerable.Range(0, patches).Select(_ => random.NextSingle())];
            int[] byLoss = [.. Enumerable.Range(0, patches).OrderByDescending(patch => predicted[(image * patches) + patch])];
            long[] expected = [.. byLoss[..hard].Concat(byLoss[hard..].OrderByDescending(patch => noise[patch]).Take(12 - hard)).Select(patch => (long)patch)];
            long[] masked = planned.Masked.Slice(image * 12, 12).ToArray();
            CollectionAssert.AreEquivalent(expected, masked);
            CollectionAssert.AreEquivalent(expected[..hard], masked[..hard], "hard ones first");
            CollectionAssert.AreEquivalent(Enumerable.Range(0, patches).Select(patch => (long)patch).Except(expected).ToArray(), planned.Visible.Slice(image * 4, 4).ToArray());
        }

        if (hard == 0)
        {
            Assert.AreEqual(loaded.Masked, planned.Masked);
        }
    }

    [TestMethod]
    [DataRow(true, LossPredictionForm.Relative)]
    [DataRow(false, LossPredictionForm.Relative)]
    [DataRow(true, LossPredictionForm.Absolute)]
    public void Step_HardEpoch_HasBothLossesOfThePlannedMasks(bool kernels, LossPredictionForm form)
    {
        var options = OptionsOf(kernels, form: form);
        options.MicroBatchSize = 3;
        var progress = new TrainingProgress(Epochs - 1, Epochs);
        using var scope = NewDisposeScope();
        using var batch = BatchOf(options, progress);
        using var model = ModelOf(options);
        using var hardPatches = new HardPatches((HardPatchMasking)options.Masking, options, model, CPU);
        Tensor? expected = null;
        hardPatches.AddGradients(MaskedImages.Of(batch), batch.Samples, MomentOf(progress), masked =>
        {
            using var scaling = new PixelScaling(options.Architecture, CPU);
            var step = new StepAssembler(options.Architecture, scaling, CPU, TinyRun.MaeLayout).Assemble(masked);
            var output = model.ForwardForTraining(step);
            expected = new Objective(new PixelTarget(normalize: false), ReconstructionError.Squared, form).Of(output.Predictions, step, masked.Masked.Length, output.Losses).Loss;
            return default;
        });
        using var session = new PretrainingSession(options);
        var losses = session.Step(batch, MomentOf(progress));
        Assert.AreEqual(expected!.ToSingle(), losses.Loss, Tolerance);
        var metrics = session.LearnedMasking!.Metrics;
        Assert.IsTrue(metrics.ReconstructionLoss > 0 && metrics.ReconstructionLoss < losses.Loss);
        Assert.AreEqual(0.5, metrics.HardShare);
        Assert.AreEqual(metrics.ReconstructionLoss.Value, (metrics.HardLoss!.Value + metrics.OtherLoss!.Value) / 2, Tolerance);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Step_ManySteps_KeepsTheNumberOfTensors(bool kernels)
    {
        var options = OptionsOf(kernels);
        var progress = new TrainingProgress(Epochs - 1, Epochs);
        using var batch = BatchOf(options, progress);
        using var session = new PretrainingSession(options);
        session.Step(batch, MomentOf(progress));
        long live = LiveTensors.Settled();
        for (int i = 0; i < 3; i++)
        {
            session.Step(batch, MomentOf(progress));
            Assert.AreEqual(live, Tensor.TotalCount);
        }
    }

    private static PretrainerOptions OptionsOf(bool kernels, double finalShare = 0.5, LossPredictionForm form = LossPredictionForm.Relative)
    {
        var options = HardPatchRuns.Options(Epochs, kernels);
        options.Masking = new HardPatchMasking(new HardPatchOptions { FinalShare = finalShare, Prediction = form });
        return options;
    }

    private static StepMoment MomentOf(TrainingProgress progress) => new(progress, progress.Epoch, LearningRate: 0);

    private static MaskedImageModel ModelOf(PretrainerOptions options)
    {
        var model = MaskedImageModel.Create(options.Architecture, options.Decoder, options.Architecture.PatchLength, ScalarType.Float32, CPU, predictsLosses: true);
        model.Parameters.Initialize(options.Seed);
        return model;
    }

    private static PretrainingBatch BatchOf(PretrainerOptions options, TrainingProgress progress) => new BatchLoader(
        new SyntheticImages(Images, TinyRun.ImageSize), options.Architecture, options.Masking, new BatchLoaderOptions { BatchSize = Images, Seed = options.Seed, Threads = 1 }).Epoch(progress).Single();
}
