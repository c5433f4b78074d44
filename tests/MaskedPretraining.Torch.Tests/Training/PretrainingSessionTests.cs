using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class PretrainingSessionTests
{
    private const int Images = 8;

    [TestMethod]
    [DataRow(false, DisplayName = "MAE")]
    [DataRow(true, DisplayName = "SimMIM")]
    public void Step_Uniformity_IsPartOfTheLoss(bool simMim)
    {
        const double Weight = 0.5, Tolerance = 1e-6;
        var options = OptionsOf(simMim);
        var batch = BatchOf(options);
        double plain = LossOf(options, batch);
        options.UniformityWeight = Weight;
        double regularized = LossOf(options, batch);
        Assert.AreEqual(SlowUniformity(options, batch, simMim) * Weight, regularized - plain, Tolerance);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "MAE")]
    [DataRow(true, DisplayName = "SimMIM")]
    public void Step_Uniformity_GradientEqualsCentralDifferences(bool simMim)
    {
        // A loss near 1 is good to 1e-7, over 2 x 0.005; curvature of the third order adds its share.
        const double Distance = 0.005, Tolerance = 0.02, Floor = 3e-5;
        var options = OptionsOf(simMim);
        options.UniformityWeight = 0.5;
        // Without a memory the first moment is the gradient; without a learning rate nothing moves.
        options.Optimization.Beta1 = 0;
        var batch = BatchOf(options);
        using var session = new PretrainingSession(options);
        session.Step(batch, At(learningRate: 0));
        var gradients = FirstMoments(session);
        Gradients.AreCentralDifferences(session.Model.Parameters, gradients, () => WithGradients(() => session.Step(batch, At(learningRate: 0)).Loss), Distance, Tolerance, Floor);
        Assert.IsTrue(gradients["cls_token"].Any(value => Math.Abs(value) > 1e-4));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void Step_InParts_HasTheLossAndGradientsOfTheWholeBatch(int atATime)
    {
        // The same sums in another order, relative to a tensor's largest gradient; key biases get the rounding of zero.
        const double Tolerance = 5e-5, RoundingOfZero = 1e-8;
        var options = OptionsOf(simMim: true);
        options.Masking = new BlockMasking(new BlockMaskingOptions { Exact = false });
        options.Optimization.Beta1 = 0;
        var batch = BatchOf(options);
        using var whole = new PretrainingSession(options);
        options.MicroBatchSize = atATime;
        using var parts = new PretrainingSession(options);
        Assert.AreEqual(whole.Step(batch, At(learningRate: 0)).Loss, parts.Step(batch, At(learningRate: 0)).Loss, 1e-6);
        Gradients.AreNear(FirstMoments(whole), FirstMoments(parts), Tolerance, RoundingOfZero);
    }

    [TestMethod]
    public void Run_UniformityWeightZero_IsThePlainRunBitForBit()
    {
        var options = TinyRun.Options(2);
        var plain = Run(options);
        options.UniformityWeight = 0;
        CollectionAssert.AreEqual(TinyRun.Bytes(plain), TinyRun.Bytes(Run(options)));
        options.UniformityWeight = 0.01;
        CollectionAssert.AreNotEqual(TinyRun.Bytes(plain), TinyRun.Bytes(Run(options)));
    }

    [TestMethod]
    public void Evaluate_StochasticDepthAndUniformity_PlayNoPart()
    {
        var options = OptionsOf(simMim: true);
        var batch = BatchOf(options);
        var (loss, maps) = Look(options, batch);
        double step = LossOf(options, batch);
        (options.DropPath, options.UniformityWeight) = (0.9, 0.5);
        var (otherLoss, otherMaps) = Look(options, batch);
        Assert.AreEqual(loss, otherLoss);
        CollectionAssert.AreEqual(maps, otherMaps);
        options.UniformityWeight = 0;
        Assert.AreNotEqual(step, LossOf(options, batch), "in training branches are left out");
    }

    [TestMethod]
    [DataRow(true, DisplayName = "kernels")]
    [DataRow(false, DisplayName = "autograd")]
    public void Step_NothingMaskedInAnyImage_LearnsNothingAndGoesOn(bool kernels)
    {
        var options = OptionsOf(simMim: true);
        options.Architecture.Heads = kernels ? 1 : 2; // the kernels do not know heads of 8
        Assert.AreEqual(kernels, PartialStep.Suits(options));
        options.Optimization.WeightDecay = 0;
        options.Masking = new NothingMasked();
        var batch = BatchOf(options);
        using var session = new PretrainingSession(options);
        float[] before = TensorMemory.ToSingles(session.Model.Parameters.Values);
        Assert.AreEqual(0, session.Step(batch, At(learningRate: 1)).Loss);
        Assert.AreEqual(0, session.StartEvaluation(MaskedImages.Of(batch))());
        CollectionAssert.AreEqual(before, TensorMemory.ToSingles(session.Model.Parameters.Values));
    }

    private static StepMoment At(double learningRate) => new(new TrainingProgress(0, 1), 0, learningRate);

    private static PretrainerOptions OptionsOf(bool simMim)
    {
        var options = TinyRun.Options(1);
        (options.BatchSize, options.Architecture.Width) = (Images, 16);
        if (simMim)
        {
            options.Architecture.LayerScale = 0.5;
            options.Decoder = new LinearDecoderOptions();
            options.Error = ReconstructionError.Squared;
        }

        return options;
    }

    private static PretrainingBatch BatchOf(PretrainerOptions options) => new BatchLoader(
        new SyntheticImages(Images, TinyRun.ImageSize), options.Architecture, options.Masking, new BatchLoaderOptions { BatchSize = Images, Seed = options.Seed, Threads = 1 })
        .Epoch(new TrainingProgress(0, 1)).Single();

    private static double LossOf(PretrainerOptions options, PretrainingBatch batch)
    {
        using var session = new PretrainingSession(options);
        return session.Step(batch, At(learningRate: 0)).Loss;
    }

    private static (double Loss, byte[] Maps) Look(PretrainerOptions options, PretrainingBatch batch)
    {
        using var session = new PretrainingSession(options);
        return (session.StartEvaluation(MaskedImages.Of(batch))(), session.WholeImages.MakeMaps(new SyntheticImages(Images, TinyRun.ImageSize), CancellationToken.None).ToTensor().Bytes);
    }

    private static PretrainingResult Run(PretrainerOptions options) => new Pretrainer(new SyntheticImages(16, TinyRun.ImageSize), options).Run();

    private static double WithGradients(Func<double> loss)
    {
        using var recording = enable_grad();
        return loss();
    }

    private static Dictionary<string, float[]> FirstMoments(PretrainingSession session) => session.Optimizer.Stream()
        .Take(session.Model.Parameters.Specs.Count)
        .Zip(session.Model.Parameters.Specs)
        .ToDictionary(pair => pair.Second.Name, pair =>
        {
            using var stream = new MemoryStream();
            pair.First.WriteTo(stream);
            return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(stream.ToArray()).ToArray();
        });

    // The mean over all pairs of the squared cosine of the class tokens that the encoder makes of what it sees.
    private static double SlowUniformity(PretrainerOptions options, PretrainingBatch batch, bool simMim)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var session = new PretrainingSession(options);
        using var scaling = new PixelScaling(options.Architecture, CPU);
        var model = session.Model;
        var step = new StepAssembler(options.Architecture, scaling, CPU, new StepLayout(simMim, false, ScalarType.Float32)).Assemble(MaskedImages.Of(batch));
        var tokens = model.Encoder.Normalize(model.Groups[0].Forward(model.Enter(step), new BlockConditions(Images)));
        int length = (int)tokens.numel() / Images;
        float[][] images = [.. TensorMemory.ToSingles(tokens).Chunk(length).Select(image => image[..options.Architecture.Width])];
        return images.SelectMany(a => images.Select(b => Math.Pow(Dot(a, b), 2) / (Dot(a, a) * Dot(b, b)))).Average();
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b).Sum(pair => (double)pair.First * pair.Second);

    /// <summary>Counts that vary, and none of them above 0.</summary>
    private sealed class NothingMasked : IMaskingStrategy
    {
        private readonly RandomMasking _random = new();

        public bool VariesBetweenImages => true;

        public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => _random.CountsAt(grid, progress);

        public bool NeedsPatchWeights(TrainingProgress progress) => false;

        public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
        {
            _random.Plan(context, visible, masked);
            return 0;
        }
    }
}
