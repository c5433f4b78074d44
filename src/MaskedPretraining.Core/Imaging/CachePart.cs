namespace MaskedPretraining.Core.Imaging;

/// <summary>Some consecutive images of a source that are cached in one file.</summary>
/// <param name="First">Number of the first one.</param>
/// <param name="Count">How many.</param>
/// <param name="Key">Stands for what they are and how they are kept; the file's name.</param>
internal readonly record struct CachePart(int First, int Count, string Key);
