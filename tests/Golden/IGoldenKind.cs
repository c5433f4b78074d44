namespace MaskedPretraining.Golden;

/// <summary>Computes the cases of one kind. Implementations have a constructor without parameters and are found by reflection.</summary>
internal interface IGoldenKind
{
    /// <summary>The kind as case.json names it.</summary>
    string Name { get; }

    /// <summary>Computes a case and hands every result to <c>Expect</c>.</summary>
    void Run(GoldenCase golden);
}
