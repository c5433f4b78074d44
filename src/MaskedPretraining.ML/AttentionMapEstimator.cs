using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.Onnx.Encoders;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Adds a column with the attention that an encoder pays to each patch of an image.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>input</term><description>image of any size, or a vector of C*H*W Single or Byte values in 0..255 (CHW)</description></item>
/// <item><term>output</term><description>vector of Single, <c>[R, C]</c>: rows and columns of the patch grid, class token not counted, values 0..1</description></item>
/// </list>
/// Nothing is trained. The map is AMT's: softmax of the class token's query with all keys in the last block, class key dropped, each head scaled to 0..1, mean over heads.
/// AMT squeezes the image to a square; here images keep their aspect ratio and are cut in the middle, so that the map lies over what the encoder sees.
/// Thread safe.
/// </remarks>
public sealed class AttentionMapEstimator : IEstimator<AttentionMapTransformer>
{
    private readonly MLContext _context;
    private readonly EncoderWeights _encoder;
    private readonly HeadNormalization _headNormalization;
    private readonly EncoderColumn[] _columns;
    private readonly string _inputColumnName;

    internal AttentionMapEstimator(MLContext context, string outputColumnName, string inputColumnName, AttentionMapOptions options)
    {
        var errors = new OptionErrors();
        options.Encoder.Architecture.Validate(errors);
        errors.Require(Enum.IsDefined(options.HeadNormalization), nameof(options.HeadNormalization), options.HeadNormalization, "be PerHeadThenMean or MeanThenMinMax");
        errors.ThrowIfAny(nameof(AttentionMapOptions));
        (_context, _inputColumnName) = (context, inputColumnName);
        (_encoder, _headNormalization) = (options.Encoder, options.HeadNormalization);
        _columns = [new EncoderColumn(EncoderOutputs.Attention, outputColumnName)];
    }

    /// <summary>Makes the transformer; no data is read.</summary>
    /// <param name="input">Data with the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type than the encoder needs.</exception>
    public AttentionMapTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = ImageInput.Find(input.Schema, _inputColumnName, _encoder.Architecture);
        return new AttentionMapTransformer(_context, new EncoderScoring(_context, _encoder, _headNormalization, column, _columns));
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
