namespace MaskedPretraining.Torch.Training;

/// <summary>How much of a run's masks lies on objects: means over the steps of an epoch so far.</summary>
/// <param name="MaskedShare">Share of the masked patches' area that objects cover, 0 to 1.</param>
/// <param name="Chance">The same of all patches: what random masks have on average, 0 to 1.</param>
public sealed record ObjectOverlap(double MaskedShare, double Chance)
{
    private const string MaskedName = "masked_object_share";
    private const string ChanceName = "object_share";

    /// <summary>How much more of the masks lies on objects than by chance; negative if less.</summary>
    public double Gain => MaskedShare - Chance;

    /// <summary>Measures a batch.</summary>
    /// <param name="images">The batch with its masks.</param>
    /// <param name="objects">How much of each patch an object covers, <c>[B, N]</c>.</param>
    internal static ObjectOverlap Of(MaskedImages images, ReadOnlySpan<float> objects)
    {
        int patches = objects.Length / images.Count, perImage = images.Masked.Length / images.Count;
        double masked = 0, all = 0;
        for (int image = 0; image < images.Count; image++)
        {
            var row = objects.Slice(image * patches, patches);
            foreach (float cover in row)
            {
                all += cover;
            }

            foreach (long patch in images.Masked.Span.Slice(image * perImage, images.MaskedCountOf(image)))
            {
                masked += row[(int)patch];
            }
        }

        return new ObjectOverlap(masked / Math.Max(images.MaskedTotal, 1), all / objects.Length);
    }

    /// <summary>Both numbers under the names of the log.</summary>
    internal IEnumerable<(string Name, double Value)> Values() => [(MaskedName, MaskedShare), (ChanceName, Chance)];

    /// <summary>The opposite of <see cref="Values"/>; null if they are not there.</summary>
    internal static ObjectOverlap? Of(IReadOnlyDictionary<string, double> values) =>
        values.TryGetValue(MaskedName, out double masked) && values.TryGetValue(ChanceName, out double chance) ? new ObjectOverlap(masked, chance) : null;
}
