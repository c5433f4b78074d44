using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Training;

/// <summary>Trains a linear probe over images on a frozen encoder: features computed once, or of crops drawn anew every epoch.</summary>
/// <remarks>
/// As in MAE's code the probe's batch normalisation keeps learning statistics while everything before it stands still; the encoder has nothing random in it. Without augmentation, and in validation, an image
/// is resized to cover the encoder's size (bicubic) and cut in the middle. The same seed gives the same probe bit for bit on the same machine.
/// </remarks>
public sealed class ImageProbeTrainer
{
    private readonly ImageProbeOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="options">Copied; null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public ImageProbeTrainer(ImageProbeOptions? options = null)
    {
        options ??= new ImageProbeOptions();
        var errors = new OptionErrors();
        options.Validate(errors);
        DeviceWarning = options.Device == ComputeDevice.Cuda ? DeviceChoice.Of(options.Device, options.FallbackToCpu, errors).Warning : null;
        errors.ThrowIfAny(nameof(ImageProbeOptions));
        _options = options.Clone();
    }

    /// <summary>That the CPU does the work, and why, if <see cref="ImageProbeOptions.FallbackToCpu"/> had to be made use of; else null.</summary>
    public string? DeviceWarning { get; }

    /// <summary>Trains a probe.</summary>
    /// <param name="encoder">The encoder; copied.</param>
    /// <param name="training">At least two images of at least two classes.</param>
    /// <param name="validation">Images with the same classes whose accuracy is told after every epoch; null for none.</param>
    /// <param name="progress">Told after every epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends training after the current step; the probe as it is then is returned.</param>
    /// <exception cref="InvalidOptionsException">The architecture is impossible, or has fewer blocks than are asked for.</exception>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape.</exception>
    /// <exception cref="ArgumentException">There are too few images, only one class, or the validation images have other classes.</exception>
    /// <exception cref="ImageFormatException">An image cannot be read; the message names it.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="IOException"><see cref="ImageProbeOptions.FeatureFolder"/> cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while features were computed, before there was a probe.</exception>
    public ImageProbeResult Fit(
        EncoderWeights encoder,
        ILabeledImageSource training,
        ILabeledImageSource? validation = null,
        IProgress<LinearProbeMetrics>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(training);
        Check(encoder, training, validation);
        TorchRuntime.EnsureStarted();
        using var frozen = new FrozenEncoder(encoder, _options.Pooling, DeviceChoice.Of(_options.Device, _options.FallbackToCpu).Device);
        var cache = _options.FeatureFolder is { } folder ? new FeatureCache(folder, encoder, _options.Pooling) : null;
        var held = validation is null ? null : FeaturesOf(validation);
        var classNames = training.ClassNames;
        if (_options.Crop is null)
        {
            return Result(new LinearProbeTrainer(_options.Probe).Fit(FeaturesOf(training), classNames.Count, held, classNames, progress, cancellationToken));
        }

        var loader = new LabeledBatchLoader(training, training.Labels(), encoder.Architecture, LoaderOptions(new AugmentationOptions { Crop = _options.Crop }));
        using var rows = new AugmentedProbeRows(frozen, loader, training.Count, Math.Min(_options.Probe.BatchSize, training.Count));
        return Result(new StochasticProbe(_options.Probe, new ProbeReport(classNames, progress, cancellationToken)).Train(rows, classNames.Count, held));

        LabeledFeatures FeaturesOf(ILabeledImageSource images)
        {
            int[] labels = images.Labels();
            var evaluation = new EvaluationLoader(images, labels, encoder.Architecture, new CentreCropOptions { ResizeRatio = 1 }, LoaderOptions(AugmentationOptions.None()));
            var features = cache is null ? frozen.EncodeAll(evaluation, images.Count, cancellationToken) : cache.Get(frozen, evaluation, images.Count, cancellationToken);
            return new LabeledFeatures(features, labels);
        }

        ImageProbeResult Result(LinearProbeResult probe) => new(new ImageClassifierWeights(encoder, _options.Pooling, probe.Weights), probe);
    }

    private LabeledBatchLoaderOptions LoaderOptions(AugmentationOptions augmentation) =>
        new() { BatchSize = _options.EncoderBatchSize, Seed = _options.Probe.Seed, Augmentation = augmentation, DropLast = false, Threads = _options.LoaderThreads };

    private void Check(EncoderWeights encoder, ILabeledImageSource training, ILabeledImageSource? validation)
    {
        var errors = new OptionErrors();
        encoder.Architecture.Validate(errors);
        _options.Pooling.Validate(errors, encoder.Architecture);
        errors.ThrowIfAny(nameof(ImageProbeOptions));
        if (training.Count < 2)
        {
            throw new ArgumentException($"A linear probe needs at least 2 images to train on, but there are {training.Count}.", nameof(training));
        }

        int first = training.LabelOf(0);
        if (Enumerable.Range(1, training.Count - 1).All(index => training.LabelOf(index) == first))
        {
            throw new ArgumentException($"All {training.Count} images are of class '{training.ClassNames[first]}', but a classifier needs at least 2 classes. Add images of another one.", nameof(training));
        }

        if (validation is not null && !validation.ClassNames.SequenceEqual(training.ClassNames, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"The validation images have the classes {string.Join(", ", validation.ClassNames)}, but the training images {string.Join(", ", training.ClassNames)}. Number both with the same list of classes.", nameof(validation));
        }
    }
}
