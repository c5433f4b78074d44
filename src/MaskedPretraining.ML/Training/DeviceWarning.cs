using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Training;

/// <summary>Says in the log that the CPU does what a GPU was asked for.</summary>
internal static class DeviceWarning
{
    /// <param name="channel">The log.</param>
    /// <param name="warning">What the trainer says; null if there is nothing to say.</param>
    public static void Report(IChannel channel, string? warning)
    {
        if (warning is not null)
        {
            channel.Warning(MessageSensitivity.None, "{0}", warning);
        }
    }
}
