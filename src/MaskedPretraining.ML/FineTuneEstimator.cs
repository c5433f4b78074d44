using System.Globalization;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.ML.Training;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

/// <summary>Trains a pre-trained encoder and a new linear head on labelled images, by the recipes of MAE, SimMIM and MaskFeat: an image classifier as one step of a pipeline.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>label</term><description>key of known cardinality, at least 2 classes</description></item>
/// <item><term>image</term><description>image of any size, or a vector of C*H*W Single or Byte values in 0..255 (CHW) of exactly the encoder's size</description></item>
/// <item><term>PredictedLabel</term><description>key, with the label's key values</description></item>
/// <item><term>Score</term><description>vector of Single <c>[K]</c>: probability of each class; slot names are the classes</description></item>
/// </list>
/// <para>Training crops, flips and mixes images (<see cref="FineTuningOptions.Augmentation"/>). Validation and the transformer scale an image to cover the encoder's size and cut the middle out.</para>
/// <para>Images are copied once into a file of raw images below MLContext.TempFilePath, so that memory does not grow with the data. Rows without a label or a usable image are reported as warnings and left out.</para>
/// <para>The exported ONNX model is compared with the trained network before it is handed out. Deterministic on one machine. Thread safe; can be fitted again and then gives the same classifier.</para>
/// </remarks>
public sealed class FineTuneEstimator : IEstimator<FineTuneTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly string _labelColumnName;
    private readonly string _imageColumnName;
    private readonly EncoderWeights _encoder;
    private readonly ImageClassifierWeights? _classifier;
    private readonly FineTuningOptions _options;
    private readonly FineTuningSupervision _supervision;

    internal FineTuneEstimator(
        MLContext context, string labelColumnName, string imageColumnName, EncoderWeights encoder, ImageClassifierWeights? classifier, FineTuningOptions options, FineTuningSupervision supervision)
    {
        var errors = new OptionErrors();
        encoder.Architecture.Validate(errors);
        options.Validate(errors, encoder.Architecture);
        errors.ThrowIfAny(nameof(FineTuningOptions));
        (_context, _labelColumnName, _imageColumnName) = (context, labelColumnName, imageColumnName);
        (_encoder, _classifier, _options, _supervision) = (encoder, classifier, options.Clone(), supervision);
        _host = ((IHostEnvironment)context).Register(nameof(MaskedPretrainingCatalog.FineTune));
    }

    /// <summary>Trains a classifier for all epochs.</summary>
    /// <param name="input">Data with the label and image columns.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)" path="/exception"/>
    public FineTuneTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains a classifier, measures its accuracy on other images after each epoch, and returns that of the best epoch.</summary>
    /// <param name="trainData">Data with the label and image columns.</param>
    /// <param name="validationData">Data with the same columns and the same keys; null for none.</param>
    /// <returns>The classifier. If training was cancelled, of the best epoch so far or else of the last step: see <see cref="FineTuneTransformer.WasCancelled"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed; the label has one class, or other classes in the validation data.</exception>
    /// <exception cref="InvalidDataException">There is no usable row, all are of one class, or validation rows have a class that no training row has.</exception>
    /// <exception cref="InvalidOptionsException">The classifier to go on with has other classes or another pooling; or <see cref="FineTuningOptions.Patience"/> is set and there is no validation data.</exception>
    /// <exception cref="InvalidOperationException">Before training: ONNX Runtime cannot use the device of <c>MLContext.GpuDeviceId</c>. After it: the exported model computes something else than the network.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="IOException">A file cannot be written, for example because the disk is full.</exception>
    public FineTuneTransformer Fit(IDataView trainData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ScoringDevice.Require(_context);
        using var channel = _host.Start(nameof(Fit));
        using var images = LabeledViews.Open(_context, trainData, validationData, _imageColumnName, _labelColumnName, _encoder.Architecture, channel, _supervision.CancellationToken);
        var result = Train(images.First, images.Second, channel);
        return new FineTuneTransformer(_context, ClassifierScoring.OfImages(_context, images.Classes, images.Image, result.Classifier), result);
    }

    /// <summary>The shape of the transformed data's schema.</summary>
    /// <param name="inputSchema">Shape of the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ClassifierColumns.Announce(inputSchema, _labelColumnName, _imageColumnName, _encoder.Architecture);
    }

    private FineTuningResult Train(ILabeledImageSource train, ILabeledImageSource? validation, IChannel channel)
    {
        var tuner = _classifier is null ? new FineTuner(_encoder, train, _options, validation) : new FineTuner(_classifier, train, _options, validation);
        channel.Info(MessageSensitivity.None, "{0}", StartLine(train, validation));
        DeviceWarning.Report(channel, tuner.DeviceWarning);
        var result = tuner.Run(_supervision.RunFolder, new FineTuningLines(channel, _supervision.Progress), _supervision.CancellationToken);
        if (result.WasCancelled)
        {
            channel.Warning(MessageSensitivity.None, "Training was cancelled after {0} of {1} epochs.", result.Metrics.Count, _options.Epochs);
        }

        if (result.BestEpoch is { } best)
        {
            channel.Info(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"The classifier is that of epoch {best + 1}: validation accuracy {result.Metrics[best].ValidationAccuracy:0.000}"));
        }

        return result;
    }

    private string StartLine(ILabeledImageSource train, ILabeledImageSource? validation)
    {
        var architecture = _encoder.Architecture;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{train.Count} labelled images of {train.ClassNames.Count} classes{(validation is null ? "" : $", {validation.Count} for validation")}; {architecture.ImageHeight}x{architecture.ImageWidth} pixels in {architecture.Grid} patches; "
            + $"encoder {architecture.Width} wide, {architecture.Depth} deep, {_options.TrainedBlocks?.ToString(CultureInfo.InvariantCulture) ?? "all"} blocks trained; reads {_options.Pooling}; "
            + $"{_options.Epochs} epochs, batch {_options.BatchSize}; device {_options.Device}, precision {_options.Precision}; {TorchRuntime.Description}");
    }
}
