using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.ML.Training;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

/// <summary>Trains a linear classifier over images on a frozen encoder, with the published protocols: which tokens, which crops, which solver.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>label</term><description>key of known cardinality, at least 2 classes</description></item>
/// <item><term>image</term><description>image of any size, or a vector of C*H*W Single or Byte values in 0..255 (CHW) of exactly the encoder's size</description></item>
/// <item><term>PredictedLabel</term><description>key, with the label's key values</description></item>
/// <item><term>Score</term><description>vector of Single <c>[K]</c>: probability of each class; slot names are the classes</description></item>
/// </list>
/// The transformer goes from image to class in one ONNX model, which is compared with the network it came from. Images are copied once into a file below MLContext.TempFilePath while fitting.
/// Deterministic on one machine. Thread safe; can be fitted again.
/// </remarks>
public sealed class ImageLinearProbeEstimator : IEstimator<ImageLinearProbeTransformer>
{
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly EncoderWeights _encoder;
    private readonly string _labelColumnName;
    private readonly string _imageColumnName;
    private readonly ImageProbeTrainer _trainer;
    private readonly CancellationToken _cancellationToken;

    internal ImageLinearProbeEstimator(
        MLContext context, EncoderWeights encoder, string labelColumnName, string imageColumnName, ImageProbeOptions options, CancellationToken cancellationToken)
    {
        var errors = new OptionErrors();
        options.Validate(errors);
        options.Pooling?.Validate(errors, encoder.Architecture);
        errors.ThrowIfAny(nameof(ImageProbeOptions));
        _trainer = new ImageProbeTrainer(options);
        (_context, _encoder, _labelColumnName, _imageColumnName, _cancellationToken) = (context, encoder, labelColumnName, imageColumnName, cancellationToken);
        _host = ((IHostEnvironment)context).Register(nameof(MaskedPretrainingCatalog.LinearProbe));
    }

    /// <summary>Trains a classifier.</summary>
    /// <param name="input">Data with the label and image columns. Rows without a label or a usable image are left out and reported.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)" path="/exception"/>
    public ImageLinearProbeTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains a classifier and measures its accuracy on other images after each epoch.</summary>
    /// <param name="trainData">Data with the label and image columns. Rows without a label or a usable image are left out and reported.</param>
    /// <param name="validationData">Data with the same columns and the same keys; null for none. Rows of a class that no training row has count as wrong; a warning names such classes.</param>
    /// <returns>The classifier after the last epoch; after cancellation, as it was then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed; the label has one class.</exception>
    /// <exception cref="InvalidDataException">There are no usable rows.</exception>
    /// <exception cref="ArgumentException">All rows are of one class.</exception>
    /// <exception cref="InvalidOperationException">Before training: ONNX Runtime cannot use the device of <c>MLContext.GpuDeviceId</c>. After it: the exported model computes something else than the network.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="OperationCanceledException">Fitting was cancelled before there was a probe.</exception>
    public ImageLinearProbeTransformer Fit(IDataView trainData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ScoringDevice.Require(_context);
        using var channel = _host.Start(nameof(Fit));
        using var images = LabeledViews.Open(_context, trainData, validationData, _imageColumnName, _labelColumnName, _encoder.Architecture, channel, _cancellationToken);
        var (train, validation) = (images.First, images.Second);
        if (validation is not null)
        {
            UnseenClasses.Report(channel, images.Classes, LabelsOf(train), LabelsOf(validation));
        }

        channel.Info(MessageSensitivity.None, "{0} labelled images, {1} classes.", train.Count, images.Classes.Count);
        DeviceWarning.Report(channel, _trainer.DeviceWarning);
        var result = _trainer.Fit(_encoder, train, validation, new ProbeLog(channel), _cancellationToken);
        ProbeLog.End(channel, result.Probe);
        return new ImageLinearProbeTransformer(_context, ClassifierScoring.OfImages(_context, images.Classes, images.Image, result.Classifier), result);
    }

    /// <summary>The shape of the transformed data's schema.</summary>
    /// <param name="inputSchema">Shape of the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return ClassifierColumns.Announce(inputSchema, _labelColumnName, _imageColumnName, _encoder.Architecture);
    }

    private static IEnumerable<int> LabelsOf(ILabeledImageSource images) => Enumerable.Range(0, images.Count).Select(images.LabelOf);
}
