using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Maps;
using MaskedPretraining.Onnx.Maps;

namespace MaskedPretraining.ML;

/// <summary>Where attention maps come from, and which columns tell about them. Made by one of the factory methods.</summary>
public sealed class AttentionMapOptions
{
    private AttentionMapOptions(MapSource source) => Source = source;

    /// <summary>How images are brought to the size that the map maker reads; of no consequence for a column of vectors.</summary>
    /// <value>Default <see cref="MapResizing.Stretch"/>: maps cover the whole image.</value>
    public MapResizing Resizing { get; set; } = MapResizing.Stretch;

    /// <summary>Name of a column with the box of the map's object, a vector of Single <c>[4]</c>: left, top, right, bottom in shares of the map's width and height (0 to 1), zeros for a constant map.</summary>
    /// <value>Null (default): no such column.</value>
    public string? BoxColumnName { get; set; }

    /// <summary>Name of a column with the cut's second eigenvalue, a vector of Single <c>[1]</c>: what the cut costs, 0 to about 1.</summary>
    /// <value>Null (default): no such column. TokenCut only.</value>
    public string? EigenvalueColumnName { get; set; }

    /// <summary>Name of a column that is 1 where no cut is better than the others (the map is then zero) and 0 elsewhere, a vector of Single <c>[1]</c>.</summary>
    /// <value>Null (default): no such column. TokenCut only.</value>
    public string? DegenerateColumnName { get; set; }

    internal MapSource Source { get; }

    /// <summary>Maps from the attention of an encoder's own class token in its last block (AMT, section 3.2; the map of a trained MAE or DINO encoder outlines objects).</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="options">Which heads, how they become one map; null: AMT's code.</param>
    public static AttentionMapOptions FromEncoder(EncoderWeights encoder, ClassAttentionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new AttentionMapOptions(new EncoderMapSource(encoder, new AttentionMapExportOptions { ClassAttention = (options ?? new ClassAttentionOptions()).Clone() }));
    }

    /// <summary>Maps from the attention of the encoder that was pre-trained before.</summary>
    /// <param name="transformer">A fitted <see cref="GuidedMaeEstimator"/>. It may be disposed afterwards.</param>
    /// <param name="options">Which heads, how they become one map; null: AMT's code.</param>
    public static AttentionMapOptions FromEncoder(GuidedMaeTransformer transformer, ClassAttentionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return FromEncoder(transformer.Weights, options);
    }

    /// <summary>Maps from the attention of an encoder that another program has trained, DINO's for example.</summary>
    /// <param name="transformer">A fitted <see cref="LoadedEncoderEstimator"/>. It may be disposed afterwards.</param>
    /// <param name="options">Which heads, how they become one map; null: AMT's code.</param>
    public static AttentionMapOptions FromEncoder(LoadedEncoderTransformer transformer, ClassAttentionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return FromEncoder(transformer.Weights, options);
    }

    /// <summary>Maps from the attention of an encoder in a checkpoint of another program, DINO's for example.</summary>
    /// <param name="path">A safetensors file, a file of torch.save, or the index of several. Read now; nothing in it is executed.</param>
    /// <param name="encoder">What the checkpoint does not say itself, and the image size that the encoder shall have; null for as trained.</param>
    /// <param name="options">Which heads, how they become one map; null: AMT's code.</param>
    /// <inheritdoc cref="EncoderReader.Load(string, EncoderLoadOptions?)" path="/exception"/>
    public static AttentionMapOptions FromFile(string path, EncoderLoadOptions? encoder = null, ClassAttentionOptions? options = null) => FromEncoder(EncoderReader.Load(path, encoder), options);

    /// <summary>Maps from the normalised cut of an encoder's last-block keys (TokenCut, Wang et al. 2022), the cut inside of the model.</summary>
    /// <param name="encoder">The encoder; at least three patches.</param>
    /// <param name="options">Threshold and weak edge; null: the paper's.</param>
    public static AttentionMapOptions TokenCut(EncoderWeights encoder, TokenCutOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new AttentionMapOptions(new EncoderMapSource(encoder, new AttentionMapExportOptions { TokenCut = (options ?? new TokenCutOptions()).Clone() }));
    }

    /// <inheritdoc cref="TokenCut(EncoderWeights, TokenCutOptions?)"/>
    /// <param name="transformer">A fitted <see cref="GuidedMaeEstimator"/>. It may be disposed afterwards.</param>
    /// <param name="options">Threshold and weak edge; null: the paper's.</param>
    public static AttentionMapOptions TokenCut(GuidedMaeTransformer transformer, TokenCutOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return TokenCut(transformer.Weights, options);
    }

    /// <inheritdoc cref="TokenCut(EncoderWeights, TokenCutOptions?)"/>
    /// <param name="transformer">A fitted <see cref="LoadedEncoderEstimator"/>. It may be disposed afterwards.</param>
    /// <param name="options">Threshold and weak edge; null: the paper's.</param>
    public static AttentionMapOptions TokenCut(LoadedEncoderTransformer transformer, TokenCutOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return TokenCut(transformer.Weights, options);
    }

    /// <inheritdoc cref="TokenCut(EncoderWeights, TokenCutOptions?)"/>
    /// <param name="path">A checkpoint of an encoder, DINO's for example, as <see cref="MaskedPretrainingCatalog.LoadEncoder(string, string, string?, int?)"/> reads it. Read now; nothing in it is executed.</param>
    /// <param name="options">Threshold and weak edge; null: the paper's.</param>
    /// <param name="encoder">Image size and what the checkpoint does not say itself; null: as trained.</param>
    /// <inheritdoc cref="EncoderReader.Load(string, EncoderLoadOptions?)" path="/exception"/>
    public static AttentionMapOptions TokenCut(string path, TokenCutOptions? options = null, EncoderLoadOptions? encoder = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return TokenCut(EncoderReader.Load(path, encoder), options);
    }

    /// <summary>Maps of where a classifier over an encoder's features found its evidence (Grad-CAM, Selvaraju et al. 2017).</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="options">The classifier, the feature it reads, and the class.</param>
    public static AttentionMapOptions GradCam(EncoderWeights encoder, GradCamOptions options)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(options);
        return new AttentionMapOptions(new EncoderMapSource(encoder, new AttentionMapExportOptions { GradCam = options.Clone() }));
    }

    /// <inheritdoc cref="GradCam(EncoderWeights, GradCamOptions)"/>
    /// <param name="encoder">The pre-trained encoder. It may be disposed afterwards.</param>
    /// <param name="probe">A linear probe fitted on its features. It may be disposed afterwards.</param>
    /// <param name="pooling">Which of its features those were.</param>
    /// <param name="class">Number of the class whose evidence is mapped, from 0 in the order of the label's keys; null: for each image the predicted one.</param>
    public static AttentionMapOptions GradCam(GuidedMaeTransformer encoder, LinearProbeTransformer probe, FeaturePooling pooling = FeaturePooling.Cls, int? @class = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(probe);
        return GradCam(encoder.Weights, new GradCamOptions { Probe = probe.Weights, UsesMeanToken = pooling == FeaturePooling.Mean, Class = @class });
    }

    /// <summary>Maps of where an image classifier found its evidence (Grad-CAM, Selvaraju et al. 2017): gradients with respect to what the last block's first normalisation puts out, written into the model and exact.</summary>
    /// <param name="classifier">The classifier, <see cref="FineTuneTransformer.Weights"/> for example. It reads the class token or the mean of the patch tokens.</param>
    /// <param name="class">Number of the class whose evidence is mapped, from 0 in the order of the label's keys; null: for each image the predicted one.</param>
    /// <exception cref="NotSupportedException">The classifier reads several vectors of tokens.</exception>
    public static AttentionMapOptions GradCam(ImageClassifierWeights classifier, int? @class = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return GradCam(classifier.Encoder, GradCamOptions.Of(classifier, @class));
    }

    /// <summary>Maps of what a mask generator (AutoMAE, Chen et al. 2023) would mask: its probabilities, from the smallest to the largest of each image.</summary>
    /// <param name="generator">The generator, of <see cref="GuidedMaeTransformer.MaskGenerator"/> for example.</param>
    public static AttentionMapOptions FromMaskGenerator(MaskGeneratorWeights generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return new AttentionMapOptions(new EncoderMapSource(generator.Provider, new AttentionMapExportOptions { MaskGenerator = generator }));
    }

    /// <summary>Maps that a column holds already, on another grid or in 0..1.</summary>
    /// <param name="rows">Rows of the column's maps.</param>
    /// <param name="columns">Columns of the column's maps.</param>
    /// <param name="newRows">Rows wanted; null: as they are.</param>
    /// <param name="newColumns">Columns wanted; null: as they are.</param>
    /// <param name="normalize">Whether each map is scaled from its smallest to its largest value to 0..1; a constant one becomes zeros.</param>
    public static AttentionMapOptions FromColumn(int rows, int columns, int? newRows = null, int? newColumns = null, bool normalize = true) =>
        new(new ColumnMapSource(new PatchGrid(rows, columns), new PatchGrid(newRows ?? rows, newColumns ?? columns), normalize));

    /// <summary>Maps that an ONNX model of yours makes of images.</summary>
    /// <param name="path">The model: one input of Single <c>[N, 3, H, W]</c> with H and W fixed, N free or 1. Read now.</param>
    /// <param name="options">Its output, how pixels are normalised for it, the grid wanted; null: the defaults.</param>
    /// <exception cref="InvalidDataException">The file is no ONNX model, or its input or output cannot be used; the message says why.</exception>
    public static AttentionMapOptions FromOnnx(string path, OnnxMapOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new AttentionMapOptions(new OnnxMapSource(path, options ?? new OnnxMapOptions()));
    }

    /// <summary>Maps of where a convolutional classifier of yours found its evidence (Grad-CAM, Selvaraju et al. 2017), as an ONNX model that ends in global average pooling and one linear layer, as ResNets do.</summary>
    /// <param name="path">The classifier: one input of Single <c>[N, 3, H, W]</c> with H and W fixed, N free or 1. Read now.</param>
    /// <param name="options">Its output with a score or probability a class, how pixels are normalised for it, the grid wanted (default: the pooled layer's); null: the defaults.</param>
    /// <param name="class">Number of the class whose evidence is mapped; null: for each image the predicted one.</param>
    /// <exception cref="InvalidDataException">The file is no ONNX model, or no such classifier; the message says why.</exception>
    public static AttentionMapOptions GradCamFromOnnx(string path, OnnxMapOptions? options = null, int? @class = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfNegative(@class ?? 0, nameof(@class));
        return new AttentionMapOptions(new OnnxMapSource(path, options ?? new OnnxMapOptions(), isClassifier: true, @class));
    }

    internal AttentionMapOptions Clone() => (AttentionMapOptions)MemberwiseClone();

    internal void Validate(OptionErrors errors, string mapColumnName)
    {
        Source.Validate(errors);
        errors.Require(Enum.IsDefined(Resizing), nameof(Resizing), Resizing, "be Stretch, Crop or Pad");
        errors.Require(EigenvalueColumnName is null || Source.IsCut, nameof(EigenvalueColumnName), EigenvalueColumnName, "be null unless maps come from TokenCut");
        errors.Require(DegenerateColumnName is null || Source.IsCut, nameof(DegenerateColumnName), DegenerateColumnName, "be null unless maps come from TokenCut");
        var names = new HashSet<string>(StringComparer.Ordinal) { mapColumnName };
        foreach (var (option, name) in new[] { (nameof(BoxColumnName), BoxColumnName), (nameof(EigenvalueColumnName), EigenvalueColumnName), (nameof(DegenerateColumnName), DegenerateColumnName) })
        {
            errors.Require(name is null || (name.Trim().Length > 0 && names.Add(name)), option, name, "be null or a name that no other column of this step has");
        }
    }
}
