namespace MaskedPretraining.Core.Checkpoints.Pickling;

/// <summary>What stands for an object that is not needed: no code of its class ran, and its contents are gone.</summary>
/// <param name="Kind">What it would have been.</param>
internal sealed record PickleStub(string Kind);
