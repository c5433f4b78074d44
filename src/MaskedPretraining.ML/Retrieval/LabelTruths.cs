using MaskedPretraining.Core.Evaluation.Retrieval;

namespace MaskedPretraining.ML.Retrieval;

/// <summary>Relevance by label: a query should find the images of its class.</summary>
internal static class LabelTruths
{
    /// <param name="queries">Class of each query.</param>
    /// <param name="database">Class of each image of the database.</param>
    /// <param name="areTheSame">Whether the queries are the database itself, so that each must not find itself.</param>
    public static RetrievalTruth[] Of<T>(IReadOnlyList<T> queries, IReadOnlyList<T> database, bool areTheSame)
        where T : notnull
    {
        // One list a class, shared by its queries.
        var images = Enumerable.Range(0, database.Count).GroupBy(image => database[image]).ToDictionary(group => group.Key, group => (IReadOnlyList<int>)[.. group]);
        return [.. queries.Select((label, query) => new RetrievalTruth(images.GetValueOrDefault(label, []), areTheSame ? [query] : []))];
    }
}
