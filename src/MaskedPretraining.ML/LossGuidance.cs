using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <summary>What makes some hidden patches count more than others in the reconstruction loss. Immutable.</summary>
public sealed class LossGuidance
{
    private LossGuidance(string mapColumnName, AttentionLossOptions options) => (MapColumnName, Options) = (mapColumnName, options);

    internal string MapColumnName { get; }

    internal AttentionLossOptions Options { get; }

    /// <summary>The attention-guided loss (AttG, Sick et al. 2025): the reconstruction error of a hidden patch is multiplied by <c>exp(M / temperature)</c>, M the map on it in 0..1. The background keeps weight 1.</summary>
    /// <param name="mapColumnName">
    /// Column with the map of each image: a vector of Single over the whole image, either with dimensions [rows, columns] or one value a patch of the encoder, or a box x0, y0, x1, y1 in pixels.
    /// </param>
    /// <param name="temperature">Temperature over the run. Null (default): half a cosine from 1.0 to 0.5. The paper gives the shape; the values are ours.</param>
    /// <param name="gamma">A factor on the loss, greater than 0; plays no part in <see cref="LossScale.InverseMeanWeight"/>. Default 1, ours: the paper's value could not be found.</param>
    /// <param name="scale">Whether the sum of weighted errors is divided by the number of hidden patches (default, the paper's form) or by the sum of their weights.</param>
    /// <param name="normalization">How maps are brought to 0..1, before they are cropped. The default is ours.</param>
    /// <remarks>
    /// Neither what is masked nor the encoder changes, and nothing is added to a trained model. A map that is flat everywhere gives the plain loss.
    /// </remarks>
    /// <exception cref="ArgumentException">The column name is empty.</exception>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public static LossGuidance AttentionGuided(
        string mapColumnName,
        TemperatureSchedule? temperature = null,
        double gamma = 1,
        LossScale scale = LossScale.Fixed,
        MapNormalization normalization = MapNormalization.MinMax)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(mapColumnName);
        var options = new AttentionLossOptions { Gamma = gamma, Scale = scale, Normalization = normalization };
        options.Temperature = temperature ?? options.Temperature;
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(LossGuidance));
        return new LossGuidance(mapColumnName, options);
    }

    /// <summary>The guidance in words.</summary>
    public override string ToString() => $"attention-guided by column '{MapColumnName}', {Options}";
}
