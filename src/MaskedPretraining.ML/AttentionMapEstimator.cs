using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Maps;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Adds a column with a map of what matters in an image: an encoder's class attention, TokenCut, Grad-CAM, a model of yours, or another column's maps.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Column</term><description>Type</description></listheader>
/// <item><term>input</term><description>image of any size, or a vector of C*H*W Single or Byte values in 0..255 (CHW); for maps of a column a vector of Single <c>[R, C]</c></description></item>
/// <item><term>output</term><description>vector of Single, <c>[R, C]</c>: rows and columns of the grid, class token not counted, values 0..1</description></item>
/// <item><term>on request</term><description>vectors of Single: box <c>[4]</c>, eigenvalue <c>[1]</c>, degenerate <c>[1]</c></description></item>
/// </list>
/// Nothing is trained and no data is read. Everything, TokenCut's eigenproblem and Grad-CAM's gradient too, is part of one ONNX model, scored in batches and saved as in-box parts. Thread safe.
/// </remarks>
public sealed class AttentionMapEstimator : IEstimator<AttentionMapTransformer>
{
    private readonly MLContext _context;
    private readonly AttentionMapOptions _options;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;

    internal AttentionMapEstimator(MLContext context, string outputColumnName, string inputColumnName, AttentionMapOptions options)
    {
        var errors = new OptionErrors();
        options.Validate(errors, outputColumnName);
        errors.ThrowIfAny(nameof(AttentionMapOptions));
        (_context, _outputColumnName, _inputColumnName, _options) = (context, outputColumnName, inputColumnName, options.Clone());
    }

    /// <summary>Makes the transformer; no data is read.</summary>
    /// <param name="input">Data with the input column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type than needed.</exception>
    public AttentionMapTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new AttentionMapTransformer(_context, new MapScoring(_context, _options, _outputColumnName, _options.Source.Find(input.Schema, _inputColumnName)));
    }

    /// <summary>The shape of the transformed data's schema.</summary>
    /// <param name="inputSchema">Shape of the input's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type than needed.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _options.Source.Check(inputSchema, _inputColumnName);
        return SchemaShapes.Append(inputSchema, MapScoring.Announce(_options, _outputColumnName));
    }
}
