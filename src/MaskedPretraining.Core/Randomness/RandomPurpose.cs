namespace MaskedPretraining.Core.Randomness;

/// <summary>What a random stream is for. Streams of different purposes do not touch each other; the numbers are part of what a seed means and never change.</summary>
public enum RandomPurpose
{
    /// <summary>Order of the samples of an epoch.</summary>
    Order = 0,

    /// <summary>Crop box and flip of a sample.</summary>
    Crop = 1,

    /// <summary>Mask of a sample.</summary>
    Mask = 2,

    /// <summary>Initial weights; the index numbers the tensor.</summary>
    Initialization = 3,

    /// <summary>Contents of a generated scene.</summary>
    Scene = 4,

    /// <summary>Branches of a sample that stochastic depth leaves out.</summary>
    StochasticDepth = 5,

    /// <summary>What the discriminator of learned masks is shown for a sample: rectangle, noise, and the numbers of the generator's sample.</summary>
    Discriminator = 6,

    /// <summary>The box of a sample that random erasing replaces.</summary>
    Erasing = 7,

    /// <summary>The noise that random erasing puts in its place.</summary>
    ErasingNoise = 8,

    /// <summary>How a batch is mixed; the index numbers the batch.</summary>
    Mixing = 9,

    /// <summary>What RandAugment does to a sample.</summary>
    RandAugment = 10,

    /// <summary>Order of a class's rows from which few labelled ones are drawn; the epoch numbers the draw, the index the class.</summary>
    LabeledSubset = 11,

    /// <summary>Whose background a photo's object is put before; the epoch numbers the variant.</summary>
    Background = 12,
}
