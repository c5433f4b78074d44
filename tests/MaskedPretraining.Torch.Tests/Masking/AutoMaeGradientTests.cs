using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Masking;

/// <summary>
/// The generator's gradient against central differences of a whole step. A straight-through gradient is that of another function than the loss: one in which all that is chosen stays chosen. Held fixed
/// are the random numbers, the plan (top, visible and masked patches), the probabilities that the gate subtracts, and the discriminator: its weights, and the singular vectors that divide them.
/// </summary>
[TestClass]
public sealed class AutoMaeGradientTests
{
    private const int Images = 8;

    [TestMethod]
    [DataRow(true, 0.0, 100.0, DiscriminatorInput.Jittered, DisplayName = "reconstruction alone, kernels")]
    [DataRow(false, 0.0, 100.0, DiscriminatorInput.Jittered, DisplayName = "reconstruction alone, autograd")]
    [DataRow(true, 0.2, 100.0, DiscriminatorInput.Jittered, DisplayName = "both, kernels")]
    [DataRow(false, 0.2, 100.0, DiscriminatorInput.Sample, DisplayName = "both with samples, autograd")]
    [DataRow(true, 1.0, 0.0, DiscriminatorInput.Jittered, DisplayName = "game alone")]
    public void Step_GeneratorsGradient_EqualsCentralDifferences(bool kernels, double weight, double bonus, DiscriminatorInput input)
    {
        // A loss near 1 is good to 1e-7, over 2 x 0.01. A bonus of 100 changes no mask that 1/3 does not and makes the reconstruction's part as large as the game's; with this seed no LeakyReLU of the
        // discriminator is at its kink.
        const double Distance = 0.01, Tolerance = 0.02, Floor = 1.2e-5;
        var options = AutoMaeRuns.Options(new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { TopBonus = bonus }, AdversarialWeight = weight, DiscriminatorInput = input }, 1, kernels);
        // Without a memory the first moment is the gradient; without a learning rate nothing moves.
        (options.Optimization.Beta1, options.Seed) = (0, 5);
        Assert.AreEqual(kernels, PartialStep.Suits(options));
        using var batch = BatchOf(options);
        using var session = new PretrainingSession(options);
        KeepAwayFromKinks(((AutoMae)session.LearnedMasking!).GeneratorParameters);
        double loss = session.Step(batch, new StepMoment(new TrainingProgress(0, 1), 0, 0)).Loss;
        var gradients = FirstMoments(session.LearnedMasking!);
        var generator = ((AutoMae)session.LearnedMasking!).GeneratorParameters;
        using var reference = new Reference(session, options, batch);
        Assert.AreEqual(reference.Loss(), loss, 1e-6, "the reference is about the same step");
        Gradients.AreCentralDifferences(generator, gradients, reference.Loss, Distance, Tolerance, Floor);
        Assert.IsTrue(gradients["scorer_pred.main.0.weight"].Any(value => Math.Abs(value) > 1e-3), "there is something to compare");
    }

    // Five channels that are on and one that is off, everywhere: differences across the kink of a ReLU are no derivatives.
    private static void KeepAwayFromKinks(ParameterArena parameters)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        parameters["scorer_pred.main.0.bias"].copy_(TensorMemory.From<float>([3, 3, 3, -3, 3, 3], ScalarType.Float32, CPU, 6));
    }

    private static PretrainingBatch BatchOf(PretrainerOptions options) => new BatchLoader(
        new SyntheticImages(Images, TinyRun.ImageSize), options.Architecture, options.Masking, new BatchLoaderOptions { BatchSize = Images, Seed = options.Seed, Threads = 1 })
        .Epoch(new TrainingProgress(0, 1)).Single();

    private static Dictionary<string, float[]> FirstMoments(LearnedMasking masking)
    {
        const string Prefix = "optimizer.first_moment.";
        return masking.Stream().Where(entry => entry.Name.StartsWith(Prefix + "scorer", StringComparison.Ordinal)).ToDictionary(entry => entry.Name[Prefix.Length..], entry =>
        {
            using var stream = new MemoryStream();
            entry.WriteTo(stream);
            return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(stream.ToArray()).ToArray();
        });
    }

    /// <summary>The function whose gradient the generator has: nothing is chosen in it.</summary>
    private sealed class Reference : IDisposable
    {
        private readonly DisposeScope _scope = NewDisposeScope();
        private readonly PretrainingSession _session;
        private readonly PretrainerOptions _options;
        private readonly AutoMaeOptions _game;
        private readonly MaskGenerator _generator;
        private readonly LearnedMaskNoise _noise;
        private readonly Tensor _attention;
        private readonly Tensor _subtracted;
        private readonly Tensor _visible;
        private readonly Tensor _fake;
        private readonly StepTensors _step;
        private readonly long _masked;

        public Reference(PretrainingSession session, PretrainerOptions options, PretrainingBatch batch)
        {
            var masking = (AutoMaeMasking)options.Masking;
            (_session, _options, _game) = (session, options, masking.Options);
            var (shape, parameters) = (options.Architecture, ((AutoMae)session.LearnedMasking!).GeneratorParameters);
            using var frozen = no_grad();
            using var provider = new AttentionProvider(masking.Provider, CPU);
            _generator = new MaskGenerator(_game.Generator, shape.Grid, parameters);
            _noise = LearnedMaskNoise.Draw(options.Seed, 0, batch.Samples, shape.Grid, new RandomRectangles(shape.Grid, _game.Rectangles), _game.DiscriminatorInput, CPU);
            _attention = provider.AttentionOf(MaskedImages.Of(batch), 3);
            var logits = _generator.Forward(_attention);
            _subtracted = _generator.Sample(logits, _noise.Gumbel);
            _fake = Shown(logits, _noise.Fake);
            var (counts, top) = (_game.Shuffle.CountsOn(shape.Grid), _game.Shuffle.TopCountOn(shape.Grid));
            var plan = new GuidedShuffle(counts, top, _game.Shuffle.TopBonus).Plan(_subtracted, _noise.Shuffle);
            _visible = plan.Visible;
            using var scaling = new PixelScaling(shape, CPU);
            var images = MaskedImages.Of(batch) with { Visible = Ids(plan.Visible), Masked = Ids(plan.Masked) };
            _masked = images.MaskedTotal;
            _step = new StepAssembler(shape, scaling, CPU, TinyRun.MaeLayout).Assemble(images);
        }

        public double Loss()
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var logits = _generator.Forward(_attention);
            var sample = _generator.Sample(logits, _noise.Gumbel);
            var gate = cat(new[] { ones(Images, 1), sample.sub(_subtracted).mul(_game.Shuffle.TopBonus).gather(1, _visible).add(1) }, 1).view(-1, 1);
            var step = _step with { Gate = gate };
            var reconstruction = new Objective(Objective.TargetOf(_options.Target, _options.Architecture), _options.Error).Of(_session.Model.Forward(step), step, _masked).Loss;
            var shown = _game.DiscriminatorInput == DiscriminatorInput.Sample ? sample : Shown(logits, _noise.Jitter);
            return reconstruction.ToSingle() + (_game.AdversarialWeight * GameLoss(shown));
        }

        public void Dispose() => _scope.Dispose();

        // First weights, and singular vectors as they are after two passes: each evaluation finds the discriminator in the same state.
        private double GameLoss(Tensor shown)
        {
            using var parameters = new ParameterArena([.. MaskDiscriminator.Declare(_options.Architecture.Grid)], ScalarType.Float32, CPU);
            using var discriminator = new MaskDiscriminator(_game.Discriminator, _options.Architecture.Grid, parameters);
            discriminator.Initialize(_options.Seed, _session.Model.Parameters.Specs.Count + 4);
            discriminator.Forward(_noise.Rectangles);
            discriminator.Forward(_fake);
            return LeastSquaresGan.OfGenerator(discriminator.Forward(shown)).ToSingle();
        }

        private Tensor Shown(Tensor logits, Tensor noise) =>
            _game.DiscriminatorInput == DiscriminatorInput.Sample ? _generator.Sample(logits, noise) : MaskGenerator.Jittered(logits, noise);

        private static long[] Ids(Tensor ids) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(TensorMemory.ToArray(ids)).ToArray();
    }
}
