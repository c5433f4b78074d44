using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>Model and optimizer of a run, and its two passes over images: a training step and an evaluation. Knows nothing of epochs.</summary>
internal sealed class FineTuningSession : IDisposable
{
    private const string BestPrefix = "best.";
    private readonly FineTuningOptions _options;
    private readonly VisionTransformerOptions _architecture;
    private readonly StochasticDepth _stochasticDepth;
    private readonly PixelScaling _scaling;
    private readonly LabeledAssembler _assembler;
    private readonly ClassifierStep? _step;
    private readonly ParallelClassifierStep? _parallelStep;
    private readonly Tensor _best;

    /// <param name="start">The first weights.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="options">Already validated.</param>
    public FineTuningSession(FineTuningStart start, int classes, FineTuningOptions options)
    {
        (_options, _architecture) = (options, start.Architecture);
        var device = DeviceChoice.Of(options.Device, options.FallbackToCpu).Device;
        var computeType = PrecisionTrial.Resolve(options.Precision, device);
        int? firstTrained = options.FirstTrainedBlock(_architecture);
        Model = ClassifierModel.Create(_architecture, options.Pooling, classes, computeType, device, options.Optimization.DecaysClassTokenAndPositions);
        Model.Parameters.Initialize(options.Seed);
        Model.Load(start.Weights);
        var layers = new LayerDecay(_architecture.Depth, options.LayerDecay);
        Optimizer = new AdamW(
            Model.Parameters, options.Optimization.ToAdamW(), ParameterRange.Of(Model.Parameters, layers, name => firstTrained is null || ClassifierModel.IsBehind(name, firstTrained.Value)));
        _stochasticDepth = new StochasticDepth(_architecture.Depth, options.DropPath, options.Seed);
        _scaling = new PixelScaling(_architecture, device);
        _assembler = new LabeledAssembler(_architecture, _scaling, device, classes, options);
        bool usesKernels = device.type == DeviceType.CPU && ClassifierStep.SuitsKernels(_architecture, options);
        _parallelStep = usesKernels ? new ParallelClassifierStep(Model, firstTrained, TorchRuntime.Threads) : null;
        _step = usesKernels ? null : new ClassifierStep(Model, firstTrained, usesKernels: false);
        using var frozen = no_grad();
        _best = Model.Parameters.Values.clone().DetachFromDisposeScope();
    }

    public ClassifierModel Model { get; }

    public AdamW Optimizer { get; }

    /// <summary>What the matrix products are computed in: <c>Float32</c> or <c>BFloat16</c>.</summary>
    public string ComputeTypeName => Model.Parameters.ComputeValues.dtype.ToString();

    /// <summary>Does one optimizer step, unless the loss is not finite.</summary>
    /// <returns>The batch's loss before the step.</returns>
    public double Step(LabeledBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        var images = _assembler.Training(batch, new BranchScales(_stochasticDepth.Draw(batch.Samples, batch.Epoch), batch.Count));
        double loss = _parallelStep?.Run(images) ?? RunInParts(images);
        if (double.IsFinite(loss))
        {
            Optimizer.Step(learningRate);
        }

        return loss;
    }

    /// <summary>Sum of the cross-entropies and number of right answers of a batch, nothing learnt.</summary>
    public (double Loss, long Correct) Evaluate(LabeledBatch batch)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (patches, tokens, labels) = _assembler.Evaluation(batch);
        var logits = Model.Score(Model.Features(patches, tokens, batch.Count));
        return (F.cross_entropy(logits, labels).ToSingle() * batch.Count, logits.argmax(1).eq(labels).sum().ToInt64());
    }

    /// <summary>Notes the weights as they are as the best so far.</summary>
    public void KeepAsBest()
    {
        using var frozen = no_grad();
        _best.copy_(Model.Parameters.Values);
    }

    /// <summary>The classifier.</summary>
    /// <param name="classNames">Names of the classes.</param>
    /// <param name="isBest">Whether with the best weights rather than the last.</param>
    public ImageClassifierWeights ToWeights(IReadOnlyList<string> classNames, bool isBest)
    {
        var state = new StateDictionary();
        Model.Parameters.Store(isBest ? _best : Model.Parameters.Values, state);
        Model.Encoder.Positions?.Store(state);
        return Model.ToWeights(state, classNames);
    }

    /// <summary>Weights, moments and best weights, for a training state.</summary>
    public IEnumerable<StreamedTensor> Stream() =>
        [.. Model.Parameters.Stream(Model.Parameters.Values, ""), .. Optimizer.Stream(), .. Model.Parameters.Stream(_best, BestPrefix)];

    /// <summary>Continues where a training state with the entries of <see cref="Stream"/> was written.</summary>
    public void Load(Func<string, TensorData> read, long stepCount)
    {
        var parameters = Model.Parameters;
        parameters.Load(parameters.Values, read);
        parameters.RefreshComputeCopy();
        parameters.Load(_best, name => read(BestPrefix + name));
        Optimizer.Load(read, stepCount);
    }

    public void Dispose()
    {
        _parallelStep?.Dispose();
        _step?.Dispose();
        _best.Dispose();
        _scaling.Dispose();
        Optimizer.Dispose();
        Model.Dispose();
    }

    private double RunInParts(LabeledTensors images)
    {
        int atATime = _options.MicroBatchSize ?? images.Count;
        double loss = 0;
        for (int first = 0; first < images.Count; first += atATime)
        {
            loss += _step!.Run(images.Slice(first, Math.Min(atATime, images.Count - first)), images.Count);
        }

        return loss;
    }
}
