namespace MaskedPretraining.Bench.Loading;

/// <summary>A way to make images ready.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Count">Images of an epoch.</param>
/// <param name="Epoch">Makes those of an epoch ready.</param>
internal sealed record Contender(string Name, int Count, Action<int> Epoch);
