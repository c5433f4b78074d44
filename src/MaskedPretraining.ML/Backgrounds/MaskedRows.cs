using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Imaging;
using MaskedPretraining.ML.Maps;
using MaskedPretraining.ML.Training;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Backgrounds;

/// <summary>Photos with class and mask of a view, at hand in any order. Views of this library hand over their sources; any other is read once into files of raw images.</summary>
internal sealed class MaskedRows : IDisposable
{
    private readonly MLContext _context;
    private readonly BackgroundEvaluationOptions _options;
    private readonly ObjectPhotos _photos;
    private readonly IDisposable[] _owned;

    private MaskedRows(MLContext context, BackgroundEvaluationOptions options, ObjectPhotos photos, params IDisposable[] owned) =>
        (_context, _options, _photos, _owned) = (context, options, photos, owned);

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or one lacks image or mask, or its mask is empty.</exception>
    public static MaskedRows Open(MLContext context, IDataView data, BackgroundEvaluationOptions options)
    {
        bool isOurs = (options.LabelColumnName, options.ImageColumnName, options.MaskColumnName) == (ImageSourceView.LabelColumn, ImageSourceView.ImageColumn, ImageSourceView.MaskColumn);
        if (isOurs && data is ImageSourceView { Masks: { } masks, Source: ILabeledImageSource { ClassNames.Count: > 0 } source })
        {
            return new MaskedRows(context, options, new ObjectPhotos(source, masks));
        }

        var files = new ScratchDirectory(context);
        try
        {
            return Copy(context, data, options, files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>The variants, each as a view with the columns that the options name. Deterministic.</summary>
    public IEnumerable<(BackgroundVariant Variant, IDataView Data)> Compose()
    {
        // All of them before the first is scored: what cannot be made is said at once.
        var sources = _options.Variants.Distinct().Select(variant => (variant, _photos.Compose(variant, _options.Seed))).ToList();
        return sources.Select(pair => (pair.variant, ViewOf(pair.Item2)));
    }

    public void Dispose() => Array.ForEach(_owned, one => one.Dispose());

    private static MaskedRows Copy(MLContext context, IDataView data, BackgroundEvaluationOptions options, ScratchDirectory files)
    {
        var (labelColumn, imageColumn, maskColumn) = (data.Schema.Require(options.LabelColumnName), data.Schema.Require(options.ImageColumnName), data.Schema.Require(options.MaskColumnName));
        if (imageColumn.Type is not ImageDataViewType)
        {
            throw ColumnErrors.Mismatch($"Column '{imageColumn.Name}' holds {imageColumn.Type}, but photos are taken apart as images. Name a column of images.");
        }

        var nameColumn = RowNames.Find(data.Schema, ImageSourceView.PathColumn);
        DataViewSchema.Column?[] wanted = [labelColumn, imageColumn, maskColumn, nameColumn];
        using var cursor = data.GetRowCursor(wanted.OfType<DataViewSchema.Column>());
        var label = LabelText.Reader(cursor, labelColumn);
        var mask = MaskReader.Create(cursor, maskColumn);
        var names = new RowNames(cursor, nameColumn);
        var image = RowImageReader.OfImages(cursor, imageColumn);
        using var images = new ImageStoreWriter(files.File("images"));
        using var masks = new ImageStoreWriter(files.File("masks"));
        var labels = new List<string>();
        while (cursor.MoveNext())
        {
            if (label() is { } name)
            {
                labels.Add(name);
                images.Add(image(names) ?? throw new InvalidDataException($"{names.Current} holds no image in column '{imageColumn.Name}'. Leave such rows out."));
                masks.Add(ReadMask(mask, names, maskColumn.Name).ToImage());
            }
        }

        if (labels.Count == 0)
        {
            throw new InvalidDataException($"There are no rows with a class in column '{labelColumn.Name}', and so no photos to take apart.");
        }

        string[] classNames = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        var (imageStore, maskStore) = (images.Finish(), masks.Finish());
        var labeled = new LabeledImageSource(imageStore, [.. labels.Select(name => Array.BinarySearch(classNames, name, StringComparer.Ordinal))], classNames);
        return new MaskedRows(context, options, new ObjectPhotos(labeled, maskStore), imageStore, maskStore, files);
    }

    private static ObjectMask ReadMask(Func<ObjectMask> read, RowNames names, string column)
    {
        try
        {
            var mask = read();
            return mask.Area > 0 ? mask : throw new InvalidDataException($"{names.Current} has an empty mask in column '{column}': there is no object. Leave such rows out.");
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{names.Current} cannot be taken apart (column '{column}'): {exception.Message}", exception);
        }
    }

    private IDataView ViewOf(ILabeledImageSource photos)
    {
        IDataView view = new ImageSourceView(_context, photos, nameof(MaskedPretrainingCatalog.EvaluateBackgrounds), isComplete: true);
        (string Name, string Ours)[] columns = [(_options.LabelColumnName, ImageSourceView.LabelColumn), (_options.ImageColumnName, ImageSourceView.ImageColumn)];
        foreach (var (name, ours) in columns.Where(pair => pair.Name != pair.Ours))
        {
            view = _context.Transforms.CopyColumns(name, ours).Fit(view).Transform(view);
        }

        return view;
    }
}
