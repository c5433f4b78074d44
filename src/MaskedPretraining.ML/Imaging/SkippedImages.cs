using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Imaging;

/// <summary>Reports images that are left out.</summary>
internal static class SkippedImages
{
    /// <summary>So many are named one by one; the rest is counted.</summary>
    private const int Named = 20;

    public static string TooSmall(string name, int shorterSide, int needed) =>
        $"{name} is only {shorterSide} pixels high or wide; at least {needed} are needed, the side of a patch.";

    /// <param name="channel">Where to.</param>
    /// <param name="reasons">One sentence an image that is left out.</param>
    /// <param name="total">Images in all.</param>
    public static void Report(IChannel channel, IReadOnlyList<string> reasons, int total)
    {
        foreach (string reason in reasons.Take(Named))
        {
            channel.Warning(MessageSensitivity.UserData, "Skipped: {0}", reason);
        }

        if (reasons.Count > 0)
        {
            channel.Warning(MessageSensitivity.None, "{0} of {1} images are skipped, {2} are used.", reasons.Count, total, total - reasons.Count);
        }
    }
}
