using MaskedPretraining.Core.Models;
using Microsoft.ML;

namespace MaskedPretraining.ML.Comparison;

/// <summary>An encoder as a transformer of one data set.</summary>
/// <param name="transformer">Adds the feature column.</param>
/// <param name="featureColumnName">The feature column.</param>
/// <param name="weights">Its weights; null if it is a transformer of others.</param>
/// <param name="isOwned">Whether the transformer was made for the comparison.</param>
internal sealed class OpenEncoder(ITransformer transformer, string featureColumnName, EncoderWeights? weights, bool isOwned) : IDisposable
{
    public ITransformer Transformer => transformer;

    public string FeatureColumnName => featureColumnName;

    public EncoderWeights? Weights => weights;

    public void Dispose()
    {
        if (isOwned)
        {
            (transformer as IDisposable)?.Dispose();
        }
    }
}
