using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.ML.Backgrounds;
using Microsoft.ML;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Takes objects and backgrounds of photos apart, mixes them (<see cref="BackgroundVariant"/>), and asks how often a classifier is right on each variant.</summary>
    /// <param name="model">Any fitted classifier from images to a predicted class. It is shown the columns <c>ImagePath</c> (text), the label column (text) and the image column.</param>
    /// <param name="data">Photos with class and mask. Photos of <see cref="ImageMaskPairs"/> and <see cref="GeneratedScenes"/> are read where they are; any other view is copied once into a temporary file.</param>
    /// <param name="options">Columns, variants, seed; null for the defaults.</param>
    /// <returns>Accuracy on each variant and the BG-Gap. The same data and seed give the same photos.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There are no rows, a row has no image, no mask or an empty one (the message names it), a variant cannot be made (one class only, for example), or the classifier knows none of the classes.</exception>
    /// <remarks><inheritdoc cref="ObjectPhotos.Compose" path="/remarks/node()"/> Classes that the classifier does not know count as wrong answers, and a warning of <c>MLContext.Log</c> names them.</remarks>
    public BackgroundMetrics EvaluateBackgrounds(ITransformer model, IDataView data, BackgroundEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new BackgroundEvaluationOptions();
        ArgumentOutOfRangeException.ThrowIfZero(options.Variants.Count, nameof(options));
        using var photos = MaskedRows.Open(_context, data, options);
        return new BackgroundScoring(_context, options).Run(model, photos.Compose());
    }

    /// <summary>Asks how often a classifier is right on variants of photos that exist already.</summary>
    /// <param name="model">Any fitted classifier from images to a predicted class.</param>
    /// <param name="variants">The photos of each variant with their classes, for example of <see cref="ImageNet9Variants"/> or <see cref="GeneratedSceneVariants"/>; at least one.</param>
    /// <param name="options">Names of label and prediction, class map; null for the defaults.</param>
    /// <returns>Accuracy on each variant and, with both mixed ones, the BG-Gap.</returns>
    /// <exception cref="ArgumentException">There is no variant.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">A variant has no labelled rows, or the classifier knows none of the classes.</exception>
    public BackgroundMetrics EvaluateBackgrounds(ITransformer model, IReadOnlyDictionary<BackgroundVariant, IDataView> variants, BackgroundEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentOutOfRangeException.ThrowIfZero(variants.Count, nameof(variants));
        return new BackgroundScoring(_context, options ?? new BackgroundEvaluationOptions()).Run(model, variants.Select(pair => (pair.Key, pair.Value)));
    }

    /// <summary>All variants of ImageNet-9 that lie in a folder, each as <see cref="ImageNet9"/> reads it.</summary>
    /// <param name="folder">The folder with a sub-folder a variant.</param>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">A variant has other folders than those of the nine classes.</exception>
    public IReadOnlyDictionary<BackgroundVariant, IDataView> ImageNet9Variants(string folder) =>
        ImageNet9Folder.VariantsIn(folder).ToDictionary(variant => variant, variant => ImageNet9(folder, variant));

    /// <summary>Generated scenes as variants: <see cref="SceneSplit.Test"/> as the original, the same objects before backgrounds that their class prefers in training (<see cref="SceneSplit.Agree"/>) as <see cref="BackgroundVariant.MixedSame"/>, and before another class's (<see cref="SceneSplit.Lie"/>) as <see cref="BackgroundVariant.MixedRandom"/>.</summary>
    /// <param name="count">Scenes of each variant, at least 1.</param>
    /// <param name="imageSize">Height and width in pixels, at least 32.</param>
    /// <param name="seed">The same seed gives the same scenes.</param>
    public IReadOnlyDictionary<BackgroundVariant, IDataView> GeneratedSceneVariants(int count, int imageSize = 32, ulong seed = 0) => new Dictionary<BackgroundVariant, IDataView>
    {
        [BackgroundVariant.Original] = GeneratedScenes(count, imageSize, SceneSplit.Test, seed),
        [BackgroundVariant.MixedSame] = GeneratedScenes(count, imageSize, SceneSplit.Agree, seed),
        [BackgroundVariant.MixedRandom] = GeneratedScenes(count, imageSize, SceneSplit.Lie, seed),
    };
}
