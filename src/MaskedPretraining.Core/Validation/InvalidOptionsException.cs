namespace MaskedPretraining.Core.Validation;

/// <summary>Options that cannot work together or lie outside their ranges; the message lists every one of them.</summary>
public sealed class InvalidOptionsException : ArgumentException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="owner">Name of the options type.</param>
    /// <param name="errors">One sentence an error: name, allowed range, value.</param>
    public InvalidOptionsException(string owner, IReadOnlyList<string> errors)
        : base($"{owner} cannot be used: {string.Join(" ", errors)}") => Errors = errors;

    /// <summary>One sentence an error.</summary>
    public IReadOnlyList<string> Errors { get; }
}
