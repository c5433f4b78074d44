namespace MaskedPretraining.Torch.Optimization;

/// <summary>Weights that do not fit the model they are loaded into.</summary>
public sealed class CheckpointMismatchException : Exception
{
    internal CheckpointMismatchException(IReadOnlyList<string> mismatches)
        : base($"The weights do not fit the model: {string.Join("; ", mismatches.Take(5))}{(mismatches.Count > 5 ? $"; and {mismatches.Count - 5} more" : "")}. Load them into the architecture that they were trained with.")
        => Mismatches = mismatches;

    internal CheckpointMismatchException(string message)
        : base(message) => Mismatches = [message];

    /// <summary>One entry a tensor that is missing or has another shape or type.</summary>
    public IReadOnlyList<string> Mismatches { get; }
}
