using System.Runtime.InteropServices;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>
/// AutoMAE's game (Chen et al. 2023) in the published order: the discriminator learns from rectangles and from what the generator makes and takes its step; then masks are planned with fresh random
/// numbers, the autoencoder reconstructs them, and generator and autoencoder descend the sum of both losses.
/// </summary>
/// <remarks>
/// The discriminator's step comes before the losses of the others are known. If one of them turns out not to be finite the run ends, and its last checkpoint is without that step.
/// </remarks>
internal sealed class AutoMae : LearnedMasking
{
    private readonly AutoMaeOptions _options;
    private readonly PatchGrid _grid;
    private readonly Device _device;
    private readonly ulong _seed;
    private readonly int _atATime;
    private readonly double _discriminatorRate;
    private readonly AttentionProvider _provider;
    private readonly ParameterArena _generatorParameters;
    private readonly ParameterArena _discriminatorParameters;
    private readonly AdamW _generatorOptimizer;
    private readonly AdamW _discriminatorOptimizer;
    private readonly MaskGenerator _generator;
    private readonly MaskDiscriminator _discriminator;
    private readonly GuidedShuffle _shuffle;
    private readonly RandomRectangles _rectangles;

    /// <param name="masking">Provider and options.</param>
    /// <param name="run">The run's options, already validated.</param>
    /// <param name="modelSpecs">Tensors of the model.</param>
    /// <param name="device">Where the model lies.</param>
    public AutoMae(AutoMaeMasking masking, PretrainerOptions run, int modelSpecs, Device device)
    {
        (_options, _grid, _device, _seed) = (masking.Options, run.Architecture.Grid, device, run.Seed);
        // On the CPU as many as leave their activations in the cache.
        _atATime = device.type == DeviceType.CPU ? ParallelStep.ImagesAtATime(_grid.Count) : run.MicroBatchSize ?? run.BatchSize;
        _discriminatorRate = (_options.DiscriminatorLearningRatePer256 ?? run.Optimization.LearningRatePer256) / run.Optimization.LearningRatePer256;
        _provider = new AttentionProvider(masking.Provider, device);
        _generatorParameters = new ParameterArena([.. MaskGenerator.Declare(_options.Generator, masking.Provider.Architecture.Heads)], ScalarType.Float32, device);
        _generatorParameters.Initialize(run.Seed, modelSpecs);
        _generatorOptimizer = new AdamW(_generatorParameters, run.Optimization.ToAdamW());
        _generator = new MaskGenerator(_options.Generator, _grid, _generatorParameters);
        _discriminatorParameters = new ParameterArena([.. MaskDiscriminator.Declare(_grid)], ScalarType.Float32, device);
        _discriminatorOptimizer = new AdamW(_discriminatorParameters, run.Optimization.ToAdamW() with { WeightDecay = 0 });
        _discriminator = new MaskDiscriminator(_options.Discriminator, _grid, _discriminatorParameters);
        _discriminator.Initialize(run.Seed, modelSpecs + _generatorParameters.Specs.Count);
        _shuffle = new GuidedShuffle(_options.Shuffle.CountsOn(_grid), _options.Shuffle.TopCountOn(_grid), _options.Shuffle.TopBonus);
        _rectangles = new RandomRectangles(_grid, _options.Rectangles);
    }

    public ParameterArena GeneratorParameters => _generatorParameters;

    public ParameterArena DiscriminatorParameters => _discriminatorParameters;

    /// <inheritdoc/>
    public override StepLosses AddGradients(MaskedImages images, ReadOnlySpan<int> samples, StepMoment moment, Func<MaskedImages, StepLosses> reconstruct)
    {
        using var scope = NewDisposeScope();
        var noise = LearnedMaskNoise.Draw(_seed, moment.Progress.Epoch, samples, _grid, _rectangles, _options.DiscriminatorInput, _device);
        var attention = _provider.AttentionOf(images, _atATime);
        var logits = _generator.Forward(attention);
        var (real, fake, discriminatorLoss) = TeachDiscriminator(noise.Rectangles, Shown(logits.detach(), noise.Fake), moment.LearningRate);
        var sample = _generator.Sample(logits, noise.Gumbel);
        var plan = _shuffle.Plan(sample, noise.Shuffle);
        var masked = images with { Visible = Numbers(plan.Visible), Masked = Numbers(plan.Masked), GateGradients = new float[plan.Visible.numel()] };
        var losses = reconstruct(masked);
        var shown = _options.DiscriminatorInput == DiscriminatorInput.Sample ? sample : Shown(logits, noise.Jitter);
        var generatorLoss = LeastSquaresGan.OfGenerator(_discriminator.Forward(shown, isFrozen: true));
        var gateGradients = TensorMemory.From<float>(masked.GateGradients.Span, ScalarType.Float32, _device, plan.Gate.shape);
        plan.Gate.mul(gateGradients).sum().add(generatorLoss.mul(_options.AdversarialWeight)).backward();
        Metrics = Describe(logits, attention, plan) with
        {
            GeneratorLoss = generatorLoss.ToSingle(),
            DiscriminatorLoss = discriminatorLoss,
            RectangleScore = real.mean().ToSingle(),
            GeneratorScore = fake.mean().ToSingle(),
        };
        double all = losses.Loss + (_options.AdversarialWeight * Metrics.GeneratorLoss.Value);
        return losses with { Loss = double.IsFinite(discriminatorLoss) ? all : discriminatorLoss };
    }

    /// <inheritdoc/>
    public override void Step(StepMoment moment) => _generatorOptimizer.Step(moment.LearningRate);

    /// <inheritdoc/>
    public override bool AreFinite() => _generatorParameters.AreFinite() && _discriminatorParameters.AreFinite();

    /// <inheritdoc/>
    public override void Store(StateDictionary state) => _generatorParameters.Store(state);

    /// <inheritdoc/>
    public override IEnumerable<StreamedTensor> Stream() =>
    [
        .. _generatorParameters.Stream(_generatorParameters.Values, ""),
        .. _generatorOptimizer.Stream(),
        .. _discriminatorParameters.Stream(_discriminatorParameters.Values, ""),
        .. _discriminatorOptimizer.Stream(),
        .. _discriminator.Stream(),
    ];

    /// <inheritdoc/>
    public override void Load(Func<string, TensorData> read, long stepCount)
    {
        _generatorParameters.Load(_generatorParameters.Values, read);
        _generatorOptimizer.Load(read, stepCount);
        _discriminatorParameters.Load(_discriminatorParameters.Values, read);
        _discriminatorOptimizer.Load(read, stepCount);
        _discriminator.Load(read);
    }

    public override void Dispose()
    {
        _discriminator.Dispose();
        _discriminatorOptimizer.Dispose();
        _discriminatorParameters.Dispose();
        _generatorOptimizer.Dispose();
        _generatorParameters.Dispose();
        _provider.Dispose();
    }

    /// <returns>Scores of both sides and the loss, all from before the step.</returns>
    private (Tensor Real, Tensor Fake, double Loss) TeachDiscriminator(Tensor rectangles, Tensor generated, double learningRate)
    {
        var (real, fake) = (_discriminator.Forward(rectangles), _discriminator.Forward(generated));
        var loss = LeastSquaresGan.OfDiscriminator(real, fake);
        loss.backward();
        double value = loss.ToSingle();
        if (double.IsFinite(value))
        {
            _discriminatorOptimizer.Step(learningRate * _discriminatorRate);
        }

        return (real, fake, value);
    }

    private Tensor Shown(Tensor logits, Tensor noise) =>
        _options.DiscriminatorInput == DiscriminatorInput.Sample ? _generator.Sample(logits, noise) : MaskGenerator.Jittered(logits, noise);

    private LearnedMaskingMetrics Describe(Tensor logits, Tensor attention, GuidedPlan plan)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var looked = attention.mean(new long[] { 1 });                                                    // [B, N]
        var isTopQuarter = zeros_like(looked).scatter_(1, looked.topk(Math.Max(1, _grid.Count / 4), 1).indexes, ones_like(looked));
        var isMasked = zeros_like(looked).scatter_(1, plan.Masked, ones_like(looked));
        return new LearnedMaskingMetrics
        {
            GuidedShare = isMasked.gather(1, plan.TopIds).mean().ToSingle(),
            GuidedTopQuarterShare = isTopQuarter.gather(1, plan.TopIds).mean().ToSingle(),
            MaskedTopQuarterShare = isTopQuarter.gather(1, plan.Masked).mean().ToSingle(),
            GeneratorEntropy = logits.exp().mul(logits).sum(1).mean().ToSingle() / -Math.Log(_grid.Count),
        };
    }

    private static long[] Numbers(Tensor ids) => MemoryMarshal.Cast<byte, long>(TensorMemory.ToArray(ids)).ToArray();
}
