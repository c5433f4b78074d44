using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.ML.Imaging;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Training;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Maps;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

/// <summary>A pre-trained encoder: turns images into feature vectors.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class GuidedMaeTransformer : ScoringTransformer
{
    private readonly PretrainingResult _result;
    private readonly GuidedMaeOptions _options;
    private readonly ulong _seed;

    internal GuidedMaeTransformer(MLContext context, EncoderScoring scoring, PretrainingResult result, GuidedMaeOptions options, ulong seed)
        : base(context, scoring) => (_result, _options, _seed) = (result, options, seed);

    /// <summary>The encoder's shape and tensors under timm's names.</summary>
    public EncoderWeights Weights => _result.Encoder;

    /// <summary>One entry an epoch that ended, earlier parts of a resumed run included.</summary>
    public IReadOnlyList<PretrainingMetrics> Metrics => _result.Metrics;

    /// <summary>Whether training was cancelled before its last epoch ended.</summary>
    public bool WasCancelled => _result.WasCancelled;

    /// <summary>The mask generator after the last step, for <see cref="AttentionMapOptions.FromMaskGenerator"/>; null where masks are not AutoMAE's.</summary>
    public MaskGeneratorWeights? MaskGenerator => _result.MaskGenerator;

    /// <summary>Writes the encoder as an ONNX model: input <c>pixels</c> <c>[N, C, H, W]</c> in 0..255, normalisation inside; outputs named <c>cls</c>, <c>mean</c>, <c>patches</c>, <c>attention</c>, <c>pyramid_0</c> to <c>pyramid_3</c>. The result is compared with the network before it takes the name.</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <param name="outputs">What the model returns, at least one.</param>
    /// <inheritdoc cref="ExportOnnx(string, EncoderExportOptions)" path="/exception"/>
    public void ExportOnnx(string path, EncoderOutputs outputs = EncoderOutputs.Cls) => ExportOnnx(path, new EncoderExportOptions { Outputs = outputs });

    /// <summary>Writes the encoder as an ONNX model with names, shape and weights of choice: half-precision or 8-bit weights make smaller files. The result is compared with the network before it takes the name.</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <param name="options">What the model returns, under which names, and how its weights are kept.</param>
    /// <exception cref="MaskedPretraining.Core.Validation.InvalidOptionsException">The options cannot be used; the message lists every reason.</exception>
    /// <exception cref="InvalidOperationException">The model computes something else than the network, within the tolerance of its weights.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path, EncoderExportOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(options);
        EncoderFile.Write(Context, Weights, options, path);
    }

    /// <summary>
    /// Writes AutoMAE's mask generator with its attention provider as an ONNX model: input <c>pixels</c> <c>[N, C, H, W]</c> in 0..255, outputs <c>logits</c> <c>[N, patches]</c>, the logarithms of each
    /// patch's probability, and <c>map</c> <c>[N, rows, columns]</c>, the probabilities scaled to 0..1.
    /// </summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidOperationException">The masks were not AutoMAE's, so that there is no generator.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportMaskGenerator(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var generator = MaskGenerator ?? throw new InvalidOperationException($"There is no mask generator: the masking was '{_options.Masking}'. Fit with Masking.Learned.");
        AttentionMapExporter.Export(generator.Provider, new AttentionMapExportOptions { MaskGenerator = generator, LogitsName = "logits" }, path);
    }

    /// <summary>Masks images as the last epoch would and lets the network fill them in, for people to look at.</summary>
    /// <param name="data">Images in the column that the encoder was fitted on.</param>
    /// <param name="count">How many of the first images, at least 1.</param>
    /// <returns>One picture an image: original, mask, reconstruction, attention map. Predictions of normalised pixels are shown with the true patch's brightness and contrast, as in MAE's own pictures.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of another type than the encoder needs.</exception>
    /// <exception cref="InvalidDataException">There are no usable images.</exception>
    /// <exception cref="NotSupportedException">The network predicts histograms of gradients and not pixels.</exception>
    public IReadOnlyList<ReconstructionPicture> Reconstruct(IDataView data, int count)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        string column = Plan.Input.Name;
        ImageInput.Find(data.Schema, column, Weights.Architecture);
        using var channel = ((IChannelProvider)Context).Start(nameof(Reconstruct));
        using var files = new ScratchDirectory(Context);
        var wanted = data is ImageSourceView ? data : Context.Data.TakeRows(data, count);
        using var images = TrainingImages.Open(wanted, column, Weights.Architecture, _options.RowNameColumn, files.File("images"), channel, null, CancellationToken.None);
        using var preview = new ReconstructionPreview(_options.ToPretrainerOptions(_seed), _result.Autoencoder);
        int epochs = Math.Max(_options.Epochs, 1);
        return preview.Make(images.Images, [.. Enumerable.Range(0, Math.Min(count, images.Images.Count))], new TrainingProgress(epochs - 1, epochs));
    }
}
