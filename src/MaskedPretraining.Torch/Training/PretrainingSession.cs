using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Model, objective and optimizer of a run, and the passes over images: a training step, a reconstruction loss, maps and features of whole images. Knows nothing of epochs.</summary>
internal sealed class PretrainingSession : IDisposable
{
    // The members of StepLosses and the gradient's norm.
    private const int LateCount = 4;
    private readonly PretrainerOptions _options;
    private readonly ScalarType _computeType;
    private readonly PixelScaling _scaling;
    private readonly StepAssembler _assembler;
    private readonly Objective _objective;
    private readonly StochasticDepth _stochasticDepth;
    private readonly ParallelStep? _parallelStep;
    private readonly StagedUploads? _uploads;
    private readonly LateNumbers? _lateLosses;
    private readonly LateNumbers? _lateEvaluations;

    /// <param name="options">Already validated.</param>
    public PretrainingSession(PretrainerOptions options)
    {
        _options = options;
        var device = DeviceChoice.Of(options.Device, options.FallbackToCpu).Device;
        _computeType = PrecisionTrial.Resolve(options.Precision, device);
        var hardPatches = options.Masking as HardPatchMasking;
        _objective = new Objective(Objective.TargetOf(options.Target, options.Architecture), options.Error, hardPatches?.Options.Prediction);
        Model = MaskedImageModel.Create(
            options.Architecture,
            options.Decoder,
            _objective.Target.LengthFor(options.Architecture),
            _computeType,
            device,
            options.Initialization,
            options.Optimization.DecaysClassTokenAndPositions,
            predictsLosses: hardPatches is not null);
        Model.Parameters.Initialize(options.Seed);
        Optimizer = new AdamW(Model.Parameters, options.Optimization.ToAdamW());
        LearnedMasking = LearnedMasking.Create(options, Model, device);
        Average = options.Optimization.WeightAverageDecay is { } decay ? new WeightAverage(Model.Parameters, decay) : null;
        _stochasticDepth = new StochasticDepth(options.Architecture.Depth, options.DropPath, options.Seed);
        _scaling = new PixelScaling(options.Architecture, device);
        bool isOther = options.TreatsCpuAsOtherDevice || device.type != DeviceType.CPU;
        _uploads = isOther ? new StagedUploads(device) : null;
        WholeImages = new WholeImagePasses(Model.Encoder, Model.Parameters, new WholeImageAssembler(options.Architecture, _scaling, device, _uploads), usesKernels: !isOther, options);
        _lateEvaluations = isOther ? new LateNumbers(device, 1, underWay: 2) : null;
        // Learned masks are planned on the host, from numbers that are waited for in each step anyway.
        _lateLosses = isOther && LearnedMasking is null ? new LateNumbers(device, LateCount, underWay: 2) : null;
        _assembler = new StepAssembler(options.Architecture, _scaling, device, new StepLayout(options.Decoder.MaskTokensEnterEncoder, _objective.Target.NeedsWholeImages, _computeType), _uploads);
        // Autograd's own operations do on other devices, for blocks that the kernels do not know, and for a loss over pairs of images.
        _parallelStep = !isOther && PartialStep.Suits(options)
            ? new ParallelStep(Model, _objective, _assembler, TorchRuntime.Threads)
            : null;
    }

    public MaskedImageModel Model { get; }

    public AdamW Optimizer { get; }

    /// <summary>What learns the masks; null if nothing does.</summary>
    public LearnedMasking? LearnedMasking { get; }

    /// <summary>The weights' moving average; null if none is asked for.</summary>
    public WeightAverage? Average { get; }

    /// <summary>Attention maps and features of whole images.</summary>
    public WholeImagePasses WholeImages { get; }

    /// <summary>What the matrix products are computed in: <c>Float32</c> or <c>BFloat16</c>.</summary>
    public string ComputeTypeName => _computeType.ToString();

    /// <summary>Does one optimizer step, unless the loss is not finite.</summary>
    /// <returns>The batch's losses before the step.</returns>
    public StepLosses Step(PretrainingBatch batch, StepMoment moment) => Start(batch, moment).Complete().Losses;

    /// <summary>Starts a step that leaves the weights alone if its loss is not finite. The one before the last must be complete.</summary>
    public PendingStep Start(PretrainingBatch batch, StepMoment moment)
    {
        var images = MaskedImages.Of(batch) with { BranchScales = _stochasticDepth.Draw(batch.Samples, moment.Progress.Epoch) };
        _uploads?.Begin();
        if (_lateLosses is not null)
        {
            var overlap = OverlapOf(images, batch);
            var numbers = StartOnDevice(images, moment.LearningRate);
            return new PendingStep(moment, () => OutcomeOf(numbers(), overlap));
        }

        ObjectOverlap? found = null;
        var losses = LearnedMasking is null ? Reconstruct(images) : LearnedMasking.AddGradients(images, batch.Samples, moment, Reconstruct);
        if (double.IsFinite(losses.Loss))
        {
            using var stage = StageClock.Time(StepStage.Optimizer);
            Optimizer.Step(moment.LearningRate);
            LearnedMasking?.Step(moment);
            Average?.Update();
        }

        return new PendingStep(moment, new StepOutcome(losses, Optimizer.GradientNorm, found, LearnedMasking?.Metrics));

        StepLosses Reconstruct(MaskedImages masked)
        {
            if (LearnedMasking is not null)
            {
                batch.Replan(masked.Visible.Span, masked.Masked.Span);
            }

            found = OverlapOf(masked, batch);
            return AddGradients(masked);
        }
    }

    /// <summary>Whether no weight is infinite or not a number.</summary>
    public bool AreFinite() => Model.Parameters.AreFinite() && LearnedMasking?.AreFinite() != false;

    /// <summary>All weights that the run is for: their averages where such are kept.</summary>
    public StateDictionary Store()
    {
        var state = Model.Store();
        Average?.Store(state);
        LearnedMasking?.Store(state);
        return state;
    }

    /// <summary>Works out the unweighted reconstruction loss of some images, nothing learnt, without waiting for a device that may still be at it. The one before the last must be complete.</summary>
    /// <returns>Waits for the loss; to be called once.</returns>
    public Func<double> StartEvaluation(MaskedImages images)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _uploads?.Begin();
        var step = _assembler.Assemble(images);
        var loss = _objective.Of(Model.Forward(step), step, CountOf(images)).Loss;
        if (_lateEvaluations is not null)
        {
            var wait = _lateEvaluations.Send(loss.view(1));
            return () => wait()[0];
        }

        double value = loss.ToSingle();
        return () => value;
    }

    public void Dispose()
    {
        _parallelStep?.Dispose();
        _lateLosses?.Dispose();
        _lateEvaluations?.Dispose();
        _uploads?.Dispose();
        _scaling.Dispose();
        Average?.Dispose();
        LearnedMasking?.Dispose();
        Optimizer.Dispose();
        Model.Dispose();
    }

    private StepLosses AddGradients(MaskedImages images)
    {
        if (_parallelStep is not null)
        {
            return _parallelStep.Run(images);
        }

        var losses = default(StepLosses);
        foreach (var part in PartsOf(images))
        {
            using var scope = NewDisposeScope();
            var (loss, errors, _) = AddGradients(part, CountOf(images));
            losses += Objective.Read(loss, errors, part, CountOf(images));
        }

        return losses;
    }

    /// <summary>The whole step, no number of which comes to the host before it is asked for.</summary>
    /// <returns>Waits for <see cref="LateCount"/> numbers.</returns>
    private Func<float[]> StartOnDevice(MaskedImages images, double learningRate)
    {
        using var scope = NewDisposeScope();
        var losses = PartsOf(images).Select(part => Measured(part, CountOf(images))).Aggregate((sum, losses) => sum.add_(losses));
        Optimizer.StepOnDevice(learningRate, losses.narrow(0, 0, 1));
        Average?.Update();
        var norm = Optimizer.DeviceNorm ?? zeros_like(losses.narrow(0, 0, 1));
        return _lateLosses!.Send(cat(new[] { losses, norm }));

        Tensor Measured(MaskedImages part, long count)
        {
            using var inner = NewDisposeScope();
            var (loss, errors, step) = AddGradients(part, count);
            return Objective.Measure(loss, errors, step, count).MoveToOuterDisposeScope();
        }
    }

    private StepOutcome OutcomeOf(float[] numbers, ObjectOverlap? overlap) =>
        new(new StepLosses(numbers[0], numbers[1], numbers[2]), _options.Optimization.MaxGradientNorm is null ? null : numbers[3], overlap, null);

    private IEnumerable<MaskedImages> PartsOf(MaskedImages images)
    {
        int atATime = _options.MicroBatchSize ?? images.Count;
        for (int first = 0; first < images.Count; first += atATime)
        {
            yield return images.Slice(first, Math.Min(atATime, images.Count - first));
        }
    }

    /// <param name="images">A part of the batch.</param>
    /// <param name="count">Masked patches of the whole batch.</param>
    private (Tensor Loss, Tensor Errors, StepTensors Step) AddGradients(MaskedImages images, long count)
    {
        var step = _assembler.Assemble(images);
        var (predictions, encoded, predictedLosses) = Model.ForwardForTraining(step);
        var (loss, errors) = _objective.Of(predictions, step, count, predictedLosses);
        loss = _options.UniformityWeight == 0 ? loss : loss.add(UniformityOf(encoded, images.Count).mul(_options.UniformityWeight));
        loss.backward();
        images.KeepGateGradients(step);
        images.KeepLosses(errors, predictedLosses);
        return (loss, errors, step);
    }

    private static ObjectOverlap? OverlapOf(MaskedImages images, PretrainingBatch batch) => batch.Objects.Length == 0 ? null : ObjectOverlap.Of(images, batch.Objects);

    // Strategies that leave some images unmasked may leave a whole batch so: there is nothing to learn then, and its loss is 0.
    private static long CountOf(MaskedImages images) => Math.Max(images.MaskedTotal, 1);

    private Tensor UniformityOf(Tensor encoded, long batch)
    {
        using var scope = NewDisposeScope();
        var classTokens = Model.Encoder.Normalize(encoded.view(batch, -1, encoded.shape[1]).select(1, 0));
        return Uniformity.Of(classTokens).MoveToOuterDisposeScope();
    }
}
