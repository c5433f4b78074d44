using MaskedPretraining.Core.Evaluation.Retrieval;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Retrieval;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Ranks a database by similarity to each query and measures how well images of the query's class are found: mean average precision, precision at k.</summary>
    /// <param name="queries">Labelled images with features. The same view object as <paramref name="database"/>: every image is searched among the others.</param>
    /// <param name="database">Labelled images with features to search.</param>
    /// <param name="labelColumnName">Label column: text, number, boolean or key. Labels that read the same are the same class. Rows without a label are left out.</param>
    /// <param name="featureColumnName">Feature column, a vector of Single of known size.</param>
    /// <param name="options">Cut-offs and depth; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The means over the queries that have something to find.</returns>
    /// <exception cref="InvalidOptionsException">An option lies outside its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or no query has an image of its class in the database.</exception>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public RetrievalMetrics EvaluateRetrieval(
        IDataView queries,
        IDataView database,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        RetrievalOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(database);
        bool areTheSame = ReferenceEquals(queries, database);
        var images = NamedFeatures.Read(database, labelColumnName, featureColumnName, cancellationToken);
        var asked = areTheSame ? images : NamedFeatures.Read(queries, labelColumnName, featureColumnName, cancellationToken);
        return Told(nameof(EvaluateRetrieval), new RetrievalEvaluator(images.Features).Evaluate(asked.Features, LabelTruths.Of(asked.Names, images.Names, areTheSame), options, cancellationToken));
    }

    /// <summary>Measures retrieval on the revisited Oxford and Paris sets (Radenovic et al. 2018), or on any set with ground truth in their layout.</summary>
    /// <param name="queries">The query photos with features. The sets' own protocol cuts each to its box first, DINO does not: what the features were made of is what is measured.</param>
    /// <param name="database">The photos to search with features.</param>
    /// <param name="truth">The ground truth. Its photos are found by name: the file name without folder and extension. Photos that it does not name are left out.</param>
    /// <param name="difficulty">Which images count; results are usually given for medium and hard.</param>
    /// <param name="nameColumnName">Text column with the photos' names or paths.</param>
    /// <param name="featureColumnName">Feature column, a vector of Single of known size.</param>
    /// <param name="options">Cut-offs and depth; null takes the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="InvalidDataException">A photo of the ground truth is not in the data, or is there twice.</exception>
    /// <inheritdoc cref="EvaluateRetrieval(IDataView, IDataView, string, string, RetrievalOptions?, CancellationToken)" path="/exception"/>
    public RetrievalMetrics EvaluateRetrieval(
        IDataView queries,
        IDataView database,
        RevisitedGroundTruth truth,
        RetrievalDifficulty difficulty,
        string nameColumnName = "ImagePath",
        string featureColumnName = "Features",
        RetrievalOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(truth);
        var images = NamedPhotos.InOrder(NamedFeatures.Read(database, nameColumnName, featureColumnName, cancellationToken), truth.DatabaseImages, "database");
        var asked = NamedPhotos.InOrder(NamedFeatures.Read(queries, nameColumnName, featureColumnName, cancellationToken), [.. truth.Queries.Select(query => query.Image)], "queries");
        return Told(nameof(EvaluateRetrieval), new RetrievalEvaluator(images).Evaluate(asked, [.. truth.Queries.Select(query => query.At(difficulty))], options, cancellationToken));
    }

    /// <summary>Copy detection in its simple form (DINO on Copydays, without whitening): finds the original of each altered copy by cosine similarity of the class token beside the pooled patch tokens.</summary>
    /// <param name="copies">Altered images with tokens.</param>
    /// <param name="originals">The originals with tokens; add images that nobody copied as distractors.</param>
    /// <param name="originalColumnName">In both: name of the original, of any label type. Copydays' is the first four characters of the file name.</param>
    /// <param name="blockColumnName">In <paramref name="copies"/>: the kind of attack. Null: they are not told apart.</param>
    /// <param name="classTokenColumnName">Class token, a vector of Single <c>[D]</c>.</param>
    /// <param name="patchTokensColumnName">Patch tokens <c>[N, D]</c>, class token not counted; see <see cref="CopyDescriptor"/>. Null: the class token alone.</param>
    /// <param name="options">Depth and the like; null: the first 20 images are looked at, as DINO does.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="InvalidOptionsException">An option lies outside its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or the original of a copy is not there.</exception>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public CopyDetectionMetrics EvaluateCopyDetection(
        IDataView copies,
        IDataView originals,
        string originalColumnName = "Original",
        string? blockColumnName = null,
        string classTokenColumnName = "Features",
        string? patchTokensColumnName = "Patches",
        RetrievalOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(copies);
        ArgumentNullException.ThrowIfNull(originals);
        var altered = CopyDetection.Read(copies, classTokenColumnName, patchTokensColumnName, originalColumnName, blockColumnName);
        var searched = CopyDetection.Read(originals, classTokenColumnName, patchTokensColumnName, originalColumnName, blockName: null);
        using var channel = ((IChannelProvider)_context).Start(nameof(EvaluateCopyDetection));
        channel.Info(MessageSensitivity.None, "{0} copies are searched among {1} originals.", altered.Originals.Length, searched.Originals.Length);
        return CopyDetection.Evaluate(altered, searched, options ?? new RetrievalOptions { Depth = 20 }, cancellationToken);
    }

    private RetrievalMetrics Told(string caller, RetrievalMetrics metrics)
    {
        using var channel = ((IChannelProvider)_context).Start(caller);
        channel.Info(MessageSensitivity.None, "{0} queries scored, {1} have nothing to find and are left out.", metrics.Queries, metrics.SkippedQueries);
        return metrics;
    }
}
