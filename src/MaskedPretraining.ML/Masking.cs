using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.ML;

/// <summary>Which patches of an image are hidden from the encoder during pre-training. Immutable.</summary>
/// <remarks>
/// A map column holds one map an image, values at least 0 row by row on any grid over the whole image; it is cropped and flipped with the image.
/// </remarks>
public sealed partial class Masking
{
    private Masking(IMaskingStrategy strategy, string description, string? mapColumnName = null)
    {
        (Strategy, MapColumnName) = (strategy, mapColumnName);
        Description = mapColumnName is null ? description : $"{description}, maps of column '{mapColumnName}'";
    }

    internal IMaskingStrategy Strategy { get; }

    /// <summary>The column with the maps that guide the strategy; null if it needs none or takes those of the encoder being trained.</summary>
    internal string? MapColumnName { get; }

    private string Description { get; }

    /// <summary>A strategy of your own. A run can only be resumed if it draws all its numbers from <see cref="SampleContext.Random"/>.</summary>
    /// <param name="strategy">The strategy; thread safe.</param>
    /// <param name="mapColumnName">The column with the maps for <see cref="SampleContext.PatchWeights"/>. Null (default) if it needs none.</param>
    /// <exception cref="ArgumentException">The column name is empty.</exception>
    public static Masking Custom(IMaskingStrategy strategy, string? mapColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        return new(strategy, strategy.GetType().Name, mapColumnName is null ? null : Checked(mapColumnName));
    }

    /// <summary>Whether the strategy needs maps that nobody gives it.</summary>
    /// <param name="epochs">Epochs of the run.</param>
    internal bool LacksMaps(int epochs) => MapColumnName is null && Strategy is not IAttentionGuidedMasking
        && Enumerable.Range(0, Math.Max(epochs, 0)).Any(epoch => Strategy.NeedsPatchWeights(new TrainingProgress(epoch, epochs)));

    /// <summary>The strategy in words.</summary>
    public override string ToString() => Description;

    private static string Checked(string mapColumnName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(mapColumnName);
        return mapColumnName;
    }
}
