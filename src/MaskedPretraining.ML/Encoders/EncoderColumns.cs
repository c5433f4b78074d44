using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.Onnx.Encoders;

namespace MaskedPretraining.ML.Encoders;

/// <summary>The columns that an estimator makes of an encoder's outputs.</summary>
internal static class EncoderColumns
{
    /// <param name="features">Name of the feature column.</param>
    /// <param name="pooling">What it holds.</param>
    /// <param name="patches">Name of a column of patch tokens, or null.</param>
    /// <param name="attention">Name of a column of attention maps, or null.</param>
    /// <param name="owner">Whose options these are, for errors.</param>
    /// <exception cref="InvalidOptionsException">Two columns have one name, or one has a name that chains need.</exception>
    public static EncoderColumn[] Create(string features, FeaturePooling pooling, string? patches, string? attention, string owner)
    {
        EncoderColumn[] columns =
        [
            new EncoderColumn(OutputOf(pooling), features),
            .. patches is null ? [] : new[] { new EncoderColumn(EncoderOutputs.Patches, patches) },
            .. attention is null ? [] : new[] { new EncoderColumn(EncoderOutputs.Attention, attention) },
        ];
        var errors = new OptionErrors();
        string[] names = [.. columns.Select(column => column.Name)];
        errors.Require(names.Distinct(StringComparer.Ordinal).Count() == names.Length, "Output columns", string.Join(", ", names), "have different names");
        errors.Require(!Array.Exists(names, name => name.StartsWith(InBoxChain.TemporaryPrefix, StringComparison.Ordinal)), "Output columns", string.Join(", ", names), $"not begin with {InBoxChain.TemporaryPrefix}");
        errors.ThrowIfAny(owner);
        return columns;
    }

    private static EncoderOutputs OutputOf(FeaturePooling pooling) => pooling switch
    {
        FeaturePooling.Cls => EncoderOutputs.Cls,
        FeaturePooling.Mean => EncoderOutputs.Mean,
        _ => EncoderOutputs.ClsAndMean,
    };
}
