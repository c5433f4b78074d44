using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Adds a column with the features that a vision transformer trained by another program gives to images: MAE, DINO, timm, transformers.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>input</term><description>image of any size, or a vector of C*H*W Single or Byte values in 0..255 (CHW) of exactly the encoder's size</description></item>
/// <item><term>output</term><description>vector of Single <c>[D]</c>: the class token, the mean of the patch tokens, or both (<c>[2D]</c>), after the final normalisation</description></item>
/// <item><term>on request</term><description>patch tokens <c>[N, D]</c>; attention over the patch grid <c>[R, C]</c></description></item>
/// </list>
/// The file is read when the estimator is made, and nothing in it is executed. Fitting trains nothing and reads no data; it exports the encoder to ONNX and compares the result with the engine's. Images are scaled to cover the
/// encoder's size and cut in the middle. Thread safe.
/// </remarks>
public sealed class LoadedEncoderEstimator : IEstimator<LoadedEncoderTransformer>
{
    private readonly MLContext _context;
    private readonly EncoderWeights _encoder;
    private readonly EncoderColumn[] _columns;
    private readonly string _inputColumnName;

    internal LoadedEncoderEstimator(MLContext context, string path, string outputColumnName, string inputColumnName, LoadedEncoderOptions options)
    {
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(LoadedEncoderOptions));
        (_context, _inputColumnName) = (context, inputColumnName);
        _columns = EncoderColumns.Create(outputColumnName, options.Pooling, options.PatchesColumnName, options.AttentionColumnName, nameof(LoadedEncoderOptions));
        _encoder = EncoderReader.Load(path, options.Encoder);
    }

    /// <summary>The encoder's shape and tensors under timm's names.</summary>
    public EncoderWeights Weights => _encoder;

    /// <summary>Makes the transformer; no data is read.</summary>
    /// <param name="input">Data with the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type than the encoder needs.</exception>
    public LoadedEncoderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = ImageInput.Find(input.Schema, _inputColumnName, _encoder.Architecture);
        var check = EncoderCheck.Of(_encoder, EncoderScoring.ExportOptions(_columns, HeadNormalization.PerHeadThenMean, singleRow: false));
        return new LoadedEncoderTransformer(_context, new EncoderScoring(_context, _encoder, HeadNormalization.PerHeadThenMean, column, _columns, check), _encoder);
    }

    /// <summary>The shape of the transformed data's schema.</summary>
    /// <param name="inputSchema">Shape of the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type than the encoder needs.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageInput.Check(inputSchema, _inputColumnName, _encoder.Architecture);
        return SchemaShapes.Append(inputSchema, EncoderScoring.Announce(_columns, _encoder.Architecture));
    }
}
