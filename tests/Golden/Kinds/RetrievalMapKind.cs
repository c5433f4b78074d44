using MaskedPretraining.Core.Evaluation.Retrieval;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Mean average precision and precision at cut-offs of rankings, easy, medium and hard.</summary>
internal sealed class RetrievalMapKind : IGoldenKind
{
    public string Name => "retrieval-map";

    public void Run(GoldenCase golden)
    {
        int[] cutoffs = [.. golden.Options.GetProperty("cutoffs").EnumerateArray().Select(cutoff => cutoff.GetInt32())];
        long[] shape = golden.ShapeOf("in/ranking");
        var (database, queries) = ((int)shape[0], (int)shape[1]);
        long[] ranking = golden.Int64("in/ranking");
        foreach (var difficulty in Enum.GetValues<RetrievalDifficulty>())
        {
            RetrievalScore?[] scores = [.. Enumerable.Range(0, queries).Select(query => RetrievalScore.OfRanking(
                [.. Enumerable.Range(0, database).Select(rank => (int)ranking[(rank * queries) + query])], Query(query).At(difficulty), database, cutoffs))];
            var metrics = RetrievalMetrics.Of(scores, cutoffs);
            string name = $"out/{difficulty.ToString().ToLowerInvariant()}";
            golden.Expect($"{name}/ap", Array.ConvertAll(scores, score => score?.AveragePrecision ?? -1), queries);
            golden.Expect($"{name}/precision", [.. scores.SelectMany(score => score?.Precision ?? Enumerable.Repeat(-1.0, cutoffs.Length))], queries, cutoffs.Length);
            golden.Expect($"{name}/mean_ap", [metrics.MeanAveragePrecision]);
            golden.Expect($"{name}/mean_precision", [.. metrics.MeanPrecision], cutoffs.Length);
        }

        RevisitedQuery Query(int query) => new("", null, Indices("easy", query), Indices("hard", query), Indices("junk", query));
        int[] Indices(string kind, int query) => [.. Enumerable.Range(0, database).Where(image => golden.Bytes($"in/{kind}")[(query * database) + image] != 0)];
    }
}
