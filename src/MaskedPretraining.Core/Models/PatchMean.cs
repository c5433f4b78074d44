namespace MaskedPretraining.Core.Models;

/// <summary>Whether and when patch tokens are averaged into an image's feature vector.</summary>
public enum PatchMean
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Each token goes through the encoder's final normalisation, then they are averaged.</summary>
    AfterNorm,

    /// <summary>They are averaged as the last block leaves them, then the mean goes through a normalisation of its own (timm's <c>fc_norm</c>); the encoder's final normalisation is not used.</summary>
    BeforeNorm,
}
