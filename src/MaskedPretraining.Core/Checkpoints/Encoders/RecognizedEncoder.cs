using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>What was found of a vision transformer in a checkpoint.</summary>
public sealed class RecognizedEncoder
{
    /// <summary>The family, or the one that is nearest if the encoder cannot be loaded; null if nothing looks like a vision transformer.</summary>
    public EncoderFamily? Family { get; internal init; }

    /// <summary>What the names of the encoder's tensors begin with, for example <c>teacher/backbone.</c>; empty for none.</summary>
    public string Prefix { get; internal init; } = "";

    /// <summary>The encoder's shape as trained; null if it cannot be told.</summary>
    public VisionTransformerOptions? Architecture { get; internal init; }

    /// <summary>Number of tensors that make up the encoder.</summary>
    public int TensorCount { get; internal init; }

    /// <summary>Tensors that an encoder of this family has and the checkpoint has not.</summary>
    public IReadOnlyList<string> Missing { get; internal init; } = [];

    /// <summary>Tensors that lie among the encoder's and have no place in it.</summary>
    public IReadOnlyList<string> LeftOver { get; internal init; } = [];

    /// <summary>Tensors that belong to something else: heads, decoders, other networks, the optimizer's state.</summary>
    public IReadOnlyList<string> Ignored { get; internal init; } = [];

    /// <summary>What else keeps the encoder from being loaded, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; internal init; } = [];

    /// <summary>Whether the encoder can be loaded.</summary>
    public bool IsComplete => Architecture is not null && Missing.Count == 0 && LeftOver.Count == 0 && Problems.Count == 0;

    internal EncoderKeyMap? Map { get; init; }

    /// <summary>Why the encoder cannot be loaded, in one paragraph; empty if it can.</summary>
    public string Explain()
    {
        if (IsComplete)
        {
            return "";
        }

        if (Family is null)
        {
            return $"none of its {Ignored.Count} tensors is named like a block or the patch embedding of a vision transformer that is known (families: {string.Join(", ", Enum.GetNames<EncoderFamily>())}); it has {Few(Ignored)}.";
        }

        string[] sentences =
        [
            $"the nearest family is {Family}{(Prefix.Length == 0 ? "" : $", under '{Prefix}'")}, but not everything fits.",
            .. Missing.Count == 0 ? [] : new[] { $"Missing: {Few(Missing)}." },
            .. LeftOver.Count == 0 ? [] : new[] { $"Left over: {Few(LeftOver)}; if these are no part of the encoder, name how they begin in {nameof(EncoderLoadOptions.Ignore)}." },
            .. Problems.Count == 0 ? [] : new[] { $"Wrong: {Few(Problems)}." },
        ];
        return string.Join(' ', sentences);
    }

    private static string Few(IReadOnlyList<string> names) => $"{string.Join(", ", names.Take(8))}{(names.Count > 8 ? $" and {names.Count - 8} more" : "")}";
}
