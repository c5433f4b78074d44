namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>A query of the revisited Oxford and Paris sets.</summary>
/// <param name="Image">Name of its photo, without extension.</param>
/// <param name="Box">Left, top, right and bottom of the building in the photo, in pixels; null if the file has none. The sets' own protocol cuts it out, DINO takes the whole photo.</param>
/// <param name="Easy">Indices of database images that show the building clearly.</param>
/// <param name="Hard">Indices of images that show it from elsewhere, at night, or half hidden.</param>
/// <param name="Junk">Indices of images that show too little of it to count.</param>
public sealed record RevisitedQuery(string Image, IReadOnlyList<double>? Box, IReadOnlyList<int> Easy, IReadOnlyList<int> Hard, IReadOnlyList<int> Junk)
{
    /// <summary>What the query should find.</summary>
    /// <param name="difficulty">The protocol.</param>
    public RetrievalTruth At(RetrievalDifficulty difficulty) => difficulty switch
    {
        RetrievalDifficulty.Easy => new RetrievalTruth(Easy, [.. Junk, .. Hard]),
        RetrievalDifficulty.Medium => new RetrievalTruth([.. Easy, .. Hard], Junk),
        RetrievalDifficulty.Hard => new RetrievalTruth(Hard, [.. Junk, .. Easy]),
        _ => throw new ArgumentOutOfRangeException(nameof(difficulty), difficulty, "Easy, Medium or Hard is needed."),
    };
}
