using System.Runtime.InteropServices;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Masked image pre-training (He et al. 2022), with attention-driven masking and throwing (Gui et al. 2022) if the masking strategy asks for it: the encoder being trained
/// then makes the maps that guide its own masks.
/// </summary>
/// <remarks>
/// The same seed on the same machine gives the same losses and weights bit for bit, also when the run is cancelled and continued from its folder; with
/// <see cref="ComputePrecision.Auto"/> as long as the trial on that machine ends the same. A GPU adds some gradients up in no
/// fixed order: there the losses of two runs agree to rounding. Not thread safe; one run at a time.
/// </remarks>
public sealed class Pretrainer
{
    private readonly IImageSource _images;
    private readonly IImageSource? _validation;
    private readonly PretrainerOptions _options;
    private readonly SampleMaps _maps;
    private readonly OnlineMonitor? _monitor;

    /// <summary>Checks everything that can be checked before the first step.</summary>
    /// <param name="images">Training images.</param>
    /// <param name="options">The run; copied.</param>
    /// <param name="validation">Images whose reconstruction loss is told along the way, with masks that never change; null for none.</param>
    /// <param name="maps">
    /// Maps of the training images: for <see cref="PretrainerOptions.Guidance"/>, which needs them, and for masking, where they take the place of the encoder's own and are never made anew.
    /// </param>
    /// <param name="monitor">Labelled images on which the features are measured along the way; null for none. Does not change the run.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges or cannot work together; the message lists every one.</exception>
    /// <exception cref="ArgumentException">There are no images, there is not one map an image, or maps of so many images do not fit into memory.</exception>
    public Pretrainer(IImageSource images, PretrainerOptions options, IImageSource? validation = null, SampleMaps? maps = null, OnlineMonitor? monitor = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        maps ??= new SampleMaps();
        var errors = new OptionErrors();
        options.Validate(errors);
        MapCheck.Options(options, maps, errors);
        monitor?.Options.Pooling.Validate(errors, options.Architecture);
        // The others are never wrong, and starting the runtime is not yet due for them.
        DeviceWarning = options.Device == ComputeDevice.Cuda ? DeviceChoice.Of(options.Device, options.FallbackToCpu, errors).Warning : null;
        errors.ThrowIfAny(nameof(PretrainerOptions));
        if (images.Count < 1)
        {
            throw new ArgumentException("There are no images to train on: the image source is empty.", nameof(images));
        }

        MapCheck.Sizes(options, maps, images.Count);
        (_images, _options, _maps, _validation, _monitor) = (images, options.Clone(), maps, validation is { Count: > 0 } ? validation : null, monitor);
        CheckCounts();
    }

    /// <summary>That the CPU does the work, and why, if <see cref="PretrainerOptions.FallbackToCpu"/> had to be made use of; else null.</summary>
    public string? DeviceWarning { get; }

    /// <summary>Trains, or continues the run in a folder.</summary>
    /// <param name="runFolder">Where checkpoints and metrics go; if it holds a checkpoint the run goes on from there. Null to keep nothing.</param>
    /// <param name="progress">Told after every step and after every epoch, on this thread; of a step on a GPU when the next one is under way.</param>
    /// <param name="cancellationToken">Ends training after the current step, or the making of maps, a validation or a measurement in between two batches; the state is then written to the folder and returned. An epoch whose validation or measurement was cut short has none.</param>
    /// <exception cref="TrainingDivergedException">The loss, or a weight, is no longer a number.</exception>
    /// <exception cref="OutOfDeviceMemoryException">The GPU's memory does not hold a step; the message says how many images at a time would fit.</exception>
    /// <exception cref="CheckpointFormatException">The folder's checkpoint is damaged or belongs to another architecture; the message names both.</exception>
    /// <exception cref="CheckpointMismatchException">The folder's run was started with other options; the message names each.</exception>
    /// <exception cref="ImageFormatException">An image cannot be read; the message names it.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written; the one before is unchanged.</exception>
    public PretrainingResult Run(string? runFolder = null, IProgress<PretrainingMetrics>? progress = null, CancellationToken cancellationToken = default)
    {
        TorchRuntime.EnsureStarted();
        try
        {
            using var run = new PretrainingRun(_images, _validation, _maps, _monitor, _options, runFolder, progress, cancellationToken);
            return run.Train();
        }
        catch (ExternalException exception) when (_options.Epochs > 0 && OutOfDeviceMemoryException.IsMeantBy(exception.Message))
        {
            throw OutOfDeviceMemoryException.Of(PretrainingEstimate.OnDevice(_options), runFolder, exception);
        }
    }

    /// <summary>Asks the strategy for its counts in the first and the last epoch, where it may differ, so that an impossible ratio is told now and not after hours.</summary>
    private void CheckCounts()
    {
        foreach (int epoch in new[] { 0, _options.Epochs - 1 }.Where(_ => _options.Epochs > 0))
        {
            _options.Masking.CountsAt(_options.Architecture.Grid, new TrainingProgress(epoch, _options.Epochs));
        }
    }
}
