using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Evaluation.Retrieval;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Scoring;
using Microsoft.ML;

namespace MaskedPretraining.ML.Retrieval;

/// <summary>Descriptors of images, and what they are copies of.</summary>
/// <param name="Descriptors"><c>[rows, 2 D]</c>, or <c>[rows, D]</c> without patch tokens.</param>
/// <param name="Originals">Name of the original of each row.</param>
/// <param name="Blocks">Kind of attack of each row; empty text if the view has no such column.</param>
internal sealed record CopyDetection(FeatureMatrix Descriptors, string[] Originals, string[] Blocks)
{
    /// <summary>Reads a view once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row has no original.</exception>
    public static CopyDetection Read(IDataView data, string classTokens, string? patchTokens, string originalName, string? blockName)
    {
        int width = FeatureTable.WidthOf(data.Schema, classTokens);
        int patchCount = patchTokens is null ? 0 : FeatureTable.WidthOf(data.Schema, patchTokens);
        if (patchCount % width != 0)
        {
            throw ColumnErrors.Mismatch($"Column '{patchTokens}' holds {patchCount} numbers, which are no patch tokens of {width} as column '{classTokens}' has. Take both from one encoder.");
        }

        var columns = new[] { classTokens, patchTokens, originalName, blockName }.OfType<string>().ToDictionary(name => name, name => data.Schema.Require(name));
        using var cursor = data.GetRowCursor(columns.Values);
        var token = new NumbersReader(cursor, columns[classTokens], width);
        var patches = patchTokens is null ? null : new NumbersReader(cursor, columns[patchTokens], patchCount);
        var original = LabelText.Reader(cursor, columns[originalName]);
        Func<string?> block = blockName is null ? () => "" : LabelText.Reader(cursor, columns[blockName]);
        var (descriptors, originals, blocks) = (new List<float>(), new List<string>(), new List<string>());
        var (tokenBuffer, patchBuffer, descriptor) = (new float[width], new float[patchCount], new float[2 * width]);
        while (cursor.MoveNext())
        {
            token.Read(tokenBuffer);
            patches?.Read(patchBuffer);
            originals.Add(original() ?? throw new InvalidDataException($"Row {cursor.Position} has no original in column '{originalName}'."));
            blocks.Add(block() ?? "");
            if (patches is not null)
            {
                CopyDescriptor.Write(tokenBuffer, patchBuffer, descriptor);
            }

            descriptors.AddRange(patches is null ? tokenBuffer : descriptor);
        }

        return originals.Count > 0
            ? new CopyDetection(new FeatureMatrix(patches is null ? width : 2 * width, [.. descriptors]), [.. originals], [.. blocks])
            : throw new InvalidDataException("There are no rows, hence no copies to detect.");
    }

    /// <summary>Searches each query among the originals.</summary>
    public static CopyDetectionMetrics Evaluate(CopyDetection queries, CopyDetection originals, RetrievalOptions options, CancellationToken cancellation)
    {
        var truths = LabelTruths.Of(queries.Originals, originals.Originals, areTheSame: false);
        int[] lost = [.. Enumerable.Range(0, truths.Length).Where(query => truths[query].Relevant.Count == 0)];
        if (lost.Length > 0)
        {
            throw new InvalidDataException($"The original '{queries.Originals[lost[0]]}' of query {lost[0]} is not among the originals ({lost.Length} queries have none). Add it, or leave these queries out.");
        }

        var scores = new RetrievalEvaluator(originals.Descriptors).Evaluate(queries.Descriptors, truths, options, cancellation).Scores;
        return new CopyDetectionMetrics([.. Enumerable.Range(0, scores.Count).GroupBy(query => queries.Blocks[query])
            .Select(block => new CopyDetectionBlock(block.Key, block.Count(), block.Average(query => scores[query]!.AveragePrecision)))]);
    }
}
