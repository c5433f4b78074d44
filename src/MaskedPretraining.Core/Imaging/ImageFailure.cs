namespace MaskedPretraining.Core.Imaging;

/// <summary>An image that cannot be used.</summary>
/// <param name="Index">Its number in the source.</param>
/// <param name="Name">Its path or row name.</param>
/// <param name="Reason">Why, as one sentence that names it.</param>
public sealed record ImageFailure(int Index, string Name, string Reason);
