using System.Runtime.InteropServices;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>
/// Trains a pre-trained encoder and a new linear head on labelled images, by the recipes of MAE, SimMIM and MaskFeat: AdamW with layer-wise learning rates, stochastic depth, soft targets;
/// or its last blocks only. With validation images the best epoch is returned, and training may end early.
/// </summary>
/// <remarks>
/// Every draw depends on seed, epoch and image number alone: the same seed on the same machine gives the same losses and weights bit for bit, also when the run is cancelled and continued from its folder; with
/// <see cref="ComputePrecision.Auto"/> as long as the trial on that machine ends the same. Not thread safe; one run at a time.
/// </remarks>
public sealed class FineTuner
{
    private readonly FineTuningStart _start;
    private readonly ILabeledImageSource _training;
    private readonly ILabeledImageSource? _validation;
    private readonly FineTuningOptions _options;

    /// <summary>Starts from an encoder, with a new head. Checks everything that can be checked before the first step.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="training">Training images; at least two classes among them.</param>
    /// <param name="options">The run; copied. Null takes the defaults.</param>
    /// <param name="validation">Images of the same classes whose accuracy is told after every epoch and decides which is best; null for none.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    /// <exception cref="InvalidDataException">There are no images or only one class among them, or validation images have a class that no training image has.</exception>
    public FineTuner(EncoderWeights encoder, ILabeledImageSource training, FineTuningOptions? options = null, ILabeledImageSource? validation = null)
        : this(FineTuningStart.Of(encoder), training, options, validation)
    {
    }

    /// <summary>Starts from a whole classifier of the same classes, its head included.</summary>
    /// <param name="classifier">The classifier. Its batch normalisation, if it has one, becomes part of the head.</param>
    /// <param name="training">Training images of the classifier's classes.</param>
    /// <param name="options">The run; copied. Null takes the defaults. Its pooling is the classifier's.</param>
    /// <param name="validation">Images of the same classes; null for none.</param>
    /// <inheritdoc cref="FineTuner(EncoderWeights, ILabeledImageSource, FineTuningOptions?, ILabeledImageSource?)" path="/exception"/>
    public FineTuner(ImageClassifierWeights classifier, ILabeledImageSource training, FineTuningOptions? options = null, ILabeledImageSource? validation = null)
        : this(FineTuningStart.Of(classifier), training, options, validation)
    {
    }

    private FineTuner(FineTuningStart start, ILabeledImageSource training, FineTuningOptions? options, ILabeledImageSource? validation)
    {
        ArgumentNullException.ThrowIfNull(training);
        options = (options ?? new FineTuningOptions()).Clone();
        var errors = new OptionErrors();
        start.Architecture.Validate(errors);
        options.Validate(errors, start.Architecture);
        start.Validate(errors, options.Pooling, training.ClassNames);
        DeviceWarning = options.Device == ComputeDevice.Cuda ? DeviceChoice.Of(options.Device, options.FallbackToCpu, errors).Warning : null;
        errors.Require(options.Patience is null || validation is not null, nameof(options.Patience), options.Patience, "be null without validation images");
        errors.ThrowIfAny(nameof(FineTuningOptions));
        LabelCheck.Training(training);
        LabelCheck.Validation(training, validation);
        (_start, _training, _options, _validation) = (start, training, options, validation);
    }

    /// <summary>That the CPU does the work, and why, if <see cref="FineTuningOptions.FallbackToCpu"/> had to be made use of; else null.</summary>
    public string? DeviceWarning { get; }

    /// <summary>Trains, or continues the run in a folder.</summary>
    /// <param name="runFolder">Where checkpoints and metrics go; if it holds a checkpoint the run goes on from there. Null to keep nothing.</param>
    /// <param name="progress">Told after every step and after every epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends training after the current step, or a validation in between two batches; the state is then written to the folder and returned. An epoch whose validation was cut short has none.</param>
    /// <exception cref="TrainingDivergedException">The loss, or a weight, is no longer a number.</exception>
    /// <exception cref="OutOfDeviceMemoryException">The GPU's memory does not hold a step; the message says how many images at a time would fit.</exception>
    /// <exception cref="CheckpointFormatException">The folder's checkpoint is damaged or belongs to another architecture; the message names both.</exception>
    /// <exception cref="CheckpointMismatchException">The encoder lacks a tensor or one has another shape, or the folder's run was started with other options; the message names each.</exception>
    /// <exception cref="ImageFormatException">An image cannot be read; the message names it.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written; the one before is unchanged.</exception>
    public FineTuningResult Run(string? runFolder = null, IProgress<FineTuningMetrics>? progress = null, CancellationToken cancellationToken = default)
    {
        TorchRuntime.EnsureStarted();
        try
        {
            using var run = new FineTuningRun(_start, _training, _validation, _options, runFolder, progress, cancellationToken);
            return run.Train();
        }
        catch (ExternalException exception) when (OutOfDeviceMemoryException.IsMeantBy(exception.Message))
        {
            throw OutOfDeviceMemoryException.Of(StepMemory(), runFolder, exception);
        }
    }

    // Whole images pass the encoder; the head is small beside it.
    private DeviceStepMemory StepMemory()
    {
        var architecture = _start.Architecture;
        bool isHalf = TorchRuntime.SeesCuda && PrecisionTrial.Resolve(_options.Precision, CUDA) == ScalarType.BFloat16;
        var memory = new PretrainingCost(architecture, new LinearDecoderOptions(), ReconstructionTarget.Pixels).Memory(new MaskCounts(0, 0, architecture.Grid.Count), imagesAtATime: 1, bfloat16: isHalf, onGpu: true);
        return new DeviceStepMemory(Math.Min(_options.MicroBatchSize ?? _options.BatchSize, _options.BatchSize), memory.Activations, memory.Total - memory.Activations);
    }
}
