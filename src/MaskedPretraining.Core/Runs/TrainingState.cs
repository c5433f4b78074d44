using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Runs;

/// <summary>Reads and writes the state of a training run: named tensors, text attributes and the architecture they belong to, as one safetensors file.</summary>
public static class TrainingState
{
    /// <summary>Name of the attribute that holds the architecture's fingerprint.</summary>
    public const string ArchitectureAttribute = "architecture";

    /// <summary>Writes a state atomically: after a crash or with a full disk the file is the old one or the new one, never half of one.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="architecture">What the tensors belong to, from <see cref="ArchitectureFingerprint"/>.</param>
    /// <param name="tensors">The tensors, each written straight from where it lies.</param>
    /// <param name="attributes">Text attributes, for example the next epoch.</param>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    public static void Write(string path, string architecture, IReadOnlyList<StreamedTensor> tensors, IReadOnlyDictionary<string, string> attributes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(architecture);
        ArgumentNullException.ThrowIfNull(attributes);
        SafetensorsFile.Write(path, tensors, new Dictionary<string, string>(attributes) { [ArchitectureAttribute] = architecture });
    }

    /// <summary>Opens a state for reading, if it belongs to an architecture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="architecture">What it must belong to, from <see cref="ArchitectureFingerprint"/>.</param>
    /// <returns>The open file; dispose it.</returns>
    /// <exception cref="CheckpointFormatException">The file is no training state, is damaged, or belongs to another architecture; the message names both.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SafetensorsReader Open(string path, string architecture)
    {
        var reader = new SafetensorsReader(path);
        string? found = reader.Metadata.GetValueOrDefault(ArchitectureAttribute);
        if (found == architecture)
        {
            return reader;
        }

        reader.Dispose();
        throw new CheckpointFormatException(path, found is null
            ? "it does not say which architecture it belongs to, so it is no training state of this library."
            : $"it belongs to '{found}', but this run has '{architecture}'; set the options of that run, or start in another folder.");
    }
}
