namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>What each image of a database is to a query.</summary>
internal sealed class RelevanceMarks
{
    private const byte RelevantMark = 1;
    private const byte IgnoredMark = 2;
    private readonly byte[] _marks;

    /// <exception cref="ArgumentException">An index lies outside the database.</exception>
    public RelevanceMarks(RetrievalTruth truth, int databaseSize)
    {
        Check(truth, databaseSize);
        _marks = new byte[databaseSize];
        Mark(truth.Relevant, RelevantMark);
        Mark(truth.Ignored, IgnoredMark);
        Relevant = [.. truth.Relevant.Where(IsRelevant).Distinct()];
    }

    /// <summary>Images to find, those that are ignored left out.</summary>
    public int[] Relevant { get; }

    public bool IsRelevant(int image) => _marks[image] == RelevantMark;

    public bool IsIgnored(int image) => _marks[image] == IgnoredMark;

    /// <summary>Whether an image is neither to be found nor ignored.</summary>
    public bool IsWrong(int image) => _marks[image] == 0;

    /// <summary>Refuses indices outside of the database.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public static void Check(RetrievalTruth truth, int databaseSize)
    {
        foreach (int image in truth.Relevant.Concat(truth.Ignored))
        {
            if ((uint)image >= (uint)databaseSize)
            {
                throw new ArgumentException($"The ground truth names image {image} (from 0), but the database has {databaseSize}. Check that the database is the one that the ground truth was made for.");
            }
        }
    }

    private void Mark(IReadOnlyList<int> images, byte mark)
    {
        foreach (int image in images)
        {
            _marks[image] = mark;
        }
    }
}
