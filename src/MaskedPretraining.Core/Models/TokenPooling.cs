using System.Globalization;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>Which of an encoder's tokens make the feature vector that a classifier reads.</summary>
/// <remarks>First the class tokens of the last blocks, earlier blocks first, each after the encoder's final normalisation; then the mean of the patch tokens. DINO's code interleaves the two, which a linear layer does not notice.</remarks>
public sealed record TokenPooling
{
    private TokenPooling(int classTokens, PatchMean mean) => (ClassTokens, Mean) = (classTokens, mean);

    /// <summary>The class token after the final normalisation, <c>[D]</c>.</summary>
    public static TokenPooling ClassToken { get; } = new(1, PatchMean.None);

    /// <summary>The mean of the patch tokens after the final normalisation, <c>[D]</c>.</summary>
    public static TokenPooling NormalizedMean { get; } = new(0, PatchMean.AfterNorm);

    /// <summary>A normalisation of its own behind the mean of the patch tokens, <c>[D]</c>: how MAE, SimMIM and MaskFeat fine-tune.</summary>
    public static TokenPooling MeanThenNorm { get; } = new(0, PatchMean.BeforeNorm);

    /// <summary>Of how many last blocks the class token is taken.</summary>
    public int ClassTokens { get; }

    /// <summary>Whether and when patch tokens are averaged.</summary>
    public PatchMean Mean { get; }

    /// <summary>The class tokens of the last blocks, with or without the mean of the last block's patch tokens after the final normalisation (DINO's linear probe: 4 blocks without for ViT-S, 1 block with for ViT-B).</summary>
    /// <param name="blocks">Number of blocks n, at least 1; at most the encoder's, which is checked where the two meet.</param>
    /// <param name="withMean">Whether the mean follows.</param>
    /// <returns><c>[nD]</c>, with the mean <c>[(n+1)D]</c>.</returns>
    public static TokenPooling ClassTokensOf(int blocks, bool withMean = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        return new TokenPooling(blocks, withMean ? PatchMean.AfterNorm : PatchMean.None);
    }

    /// <summary>Numbers in the feature vector.</summary>
    /// <param name="architecture">The encoder.</param>
    public int WidthOf(VisionTransformerOptions architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return (ClassTokens + (Mean == PatchMean.None ? 0 : 1)) * architecture.Width;
    }

    /// <summary>Notes everything that is wrong with this pooling for an encoder.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="architecture">The encoder.</param>
    public void Validate(OptionErrors errors, VisionTransformerOptions architecture)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(architecture);
        errors.Require(ClassTokens <= architecture.Depth, nameof(ClassTokens), ClassTokens, $"be at most {architecture.Depth}, the encoder's blocks");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(" + ", new[]
    {
        ClassTokens switch { 0 => null, 1 => "class token", _ => string.Create(CultureInfo.InvariantCulture, $"class tokens of {ClassTokens} blocks") },
        Mean switch { PatchMean.AfterNorm => "mean", PatchMean.BeforeNorm => "mean then norm", _ => null },
    }.OfType<string>());
}
