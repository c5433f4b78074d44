using System.Globalization;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.ML.Segmentation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

/// <summary>Trains a linear classifier of patches on the patch tokens of a frozen encoder: what its features are worth for segmentation, and a small segmenter for few masks.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>input</term><description>image of any size, or a vector of C*H*W Single or Byte values in 0..255 (CHW) of exactly the encoder's size</description></item>
/// <item><term>mask</term><description>image as large as the input's, or a vector of Single or Byte <c>[height, width]</c>; only for training</description></item>
/// <item><term>SegmentationScores</term><description>vector of Single <c>[K, R, C]</c>: logits of K classes in R x C patches</description></item>
/// <item><term>on request</term><description>vectors of Single: class of each pixel <c>[H, W]</c>, foreground probability <c>[R, C]</c></description></item>
/// </list>
/// <para>The protocol is the field's linear segmentation probe: tokens after the final normalisation, normalised feature by feature, one linear layer for all patches, scores interpolated linearly to pixels. Where we differ: whole images without
/// augmentation, so that tokens are computed once; by default each patch is trained on the shares of the classes in it instead of interpolating in training too (<see cref="SegmentationProbeOptions.LabelsPerSide"/>).</para>
/// <para>Images are stretched to the encoder's size, so that patches and masks cover the same. All tokens and shares lie in memory: 4 bytes times patches times (D + K s²) an image, s labels a side. Encoder and probe become one ONNX model. Deterministic. Thread safe; can be fitted again.</para>
/// </remarks>
public sealed class SegmentationProbeEstimator : IEstimator<SegmentationProbeTransformer>
{
    private const string TokenColumn = InBoxChain.TemporaryPrefix + "tokens";
    private readonly MLContext _context;
    private readonly IHost _host;
    private readonly EncoderWeights _encoder;
    private readonly string _maskColumnName;
    private readonly string _inputColumnName;
    private readonly SegmentationOptions _options;
    private readonly CancellationToken _cancellationToken;

    internal SegmentationProbeEstimator(MLContext context, EncoderWeights encoder, string maskColumnName, string inputColumnName, SegmentationOptions options, CancellationToken cancellationToken)
    {
        var errors = new OptionErrors();
        encoder.Architecture.Validate(errors);
        options.Validate(errors);
        errors.ThrowIfAny(nameof(SegmentationOptions));
        (_context, _encoder, _maskColumnName, _inputColumnName, _options, _cancellationToken) = (context, encoder, maskColumnName, inputColumnName, options.Clone(), cancellationToken);
        _host = ((IHostEnvironment)context).Register(nameof(MaskedPretrainingCatalog.SegmentationProbe));
    }

    /// <summary>Trains a probe.</summary>
    /// <param name="input">Images with masks.</param>
    /// <returns>Encoder and probe; after cancellation, the probe as it was then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There are no rows, all labelled pixels are of one class, or a row cannot be used: no mask, a mask of another size than its image, a class that there is not. The message names the row.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public SegmentationProbeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var channel = _host.Start(nameof(Fit));
        var image = ImageInput.Find(input.Schema, _inputColumnName, _encoder.Architecture);
        ClassMaskReader.Find(input.Schema, _maskColumnName);
        var patches = ReadPatches(input, image);
        channel.Info(MessageSensitivity.None, "{0} images of {1} patches, {2} features, {3} classes.", patches.Images, patches.Grid.Count, patches.Tokens.Width, patches.Classes);
        var result = Train(patches, channel);
        if (result.WasCancelled)
        {
            channel.Warning(MessageSensitivity.None, "Training was cancelled after {0} epochs; the probe is as it was then.", result.Metrics.Count);
        }

        return new SegmentationProbeTransformer(_context, new SegmentationScoring(_context, _encoder, result.Weights, _options, image), _encoder, result);
    }

    /// <summary>The shape of the transformed data's schema.</summary>
    /// <param name="inputSchema">Shape of the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or the input column is of another type than needed.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageInput.Check(inputSchema, _inputColumnName, _encoder.Architecture);
        _ = inputSchema.Require(_maskColumnName);
        return SchemaShapes.Append(inputSchema, SegmentationScoring.Announce(_options, _encoder.Architecture));
    }

    private LabeledPatches ReadPatches(IDataView input, DataViewSchema.Column image)
    {
        using var model = new OnnxBatchModel(_context, path => EncoderExporter.Export(_encoder, EncoderOutputs.Patches, path), [new EncoderExportOptions().PatchesName]);
        var plan = new ScoringPlan
        {
            Input = ImageInput.Create(_context, image.Name, image.Type, _encoder.Architecture, SegmentationScoring.Resizing),
            Model = model,
            Columns = [new VectorScoreColumn(TokenColumn, EncoderScoring.TypeOf(EncoderOutputs.Patches, _encoder.Architecture), 0)],
        };
        return PatchTable.Read(new BatchScoringView(plan, input), image, _maskColumnName, TokenColumn, _encoder.Architecture, _options);
    }

    private SegmentationProbeResult Train(LabeledPatches patches, IChannel channel)
    {
        try
        {
            return new SegmentationProbeTrainer(_options.Training).Fit(patches, new Log(channel), _cancellationToken);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"Masks of column '{_maskColumnName}' cannot be learned from: {exception.Message}", exception);
        }
    }

    private sealed class Log(IChannel channel) : IProgress<SegmentationProbeMetrics>
    {
        public void Report(SegmentationProbeMetrics value) =>
            channel.Info(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"Epoch {value.Epoch + 1} of {value.Epochs}: loss {value.Loss:0.0000}"));
    }
}
