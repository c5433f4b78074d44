using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Classification;

/// <summary>Tells of classes that a classifier is asked about and never learnt.</summary>
internal static class UnseenClasses
{
    /// <param name="channel">Where to.</param>
    /// <param name="classes">All classes.</param>
    /// <param name="learnt">Class of each training row, from 0.</param>
    /// <param name="asked">Class of each validation row.</param>
    public static void Report(IChannel channel, ClassLabels classes, IEnumerable<int> learnt, IEnumerable<int> asked)
    {
        int[] unseen = [.. asked.Distinct().Except(learnt).Order()];
        if (unseen.Length > 0)
        {
            channel.Warning(
                MessageSensitivity.UserData, "No training row is of class {0}; validation rows of it count and are always wrong.", string.Join(", ", unseen.Select(number => $"'{classes.NameOf(number)}'")));
        }
    }
}
