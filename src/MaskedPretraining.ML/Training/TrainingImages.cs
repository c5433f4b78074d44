using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Training;

/// <summary>
/// The images of a column, for training in any order many times. Views of this library hand over their source; any other view is read once, row by row, into a file of raw images,
/// so that memory does not grow with the data.
/// </summary>
internal sealed class TrainingImages : IDisposable
{
    /// <summary>
    /// Copies keep this many times the encoder's longer side: a crop of 20 % of the area, the smallest that pre-training takes, still has about the encoder's resolution.
    /// </summary>
    private const double KeptResolution = 2.5;

    private readonly ImageStore? _store;

    private TrainingImages(IImageSource images, ImageStore? store) => (Images, _store) = (images, store);

    public IImageSource Images { get; }

    /// <summary>Gets the images of a checked column.</summary>
    /// <param name="data">The view.</param>
    /// <param name="columnName">Image column or pixel vector.</param>
    /// <param name="architecture">What the images are for.</param>
    /// <param name="rowNameColumn">Text column whose values name rows in messages, if there is one of that name.</param>
    /// <param name="path">Where a copy goes, if one is needed.</param>
    /// <param name="channel">Where skipped images are reported.</param>
    /// <param name="collector">Takes what goes with the images that are used; null if there is nothing. With columns of such the view is always copied, image and values of a row together.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <exception cref="InvalidDataException">There is no usable image.</exception>
    public static TrainingImages Open(
        IDataView data, string columnName, VisionTransformerOptions architecture, string rowNameColumn, string path, IChannel channel, IRowCollector? collector, CancellationToken cancellation)
    {
        if (collector?.Columns.Any() != true && data is ImageSourceView view && columnName == ImageSourceView.ImageColumn)
        {
            return new TrainingImages(view.AtLeast(architecture.PatchSize), null);
        }

        var store = Copy(data, columnName, architecture, rowNameColumn, path, channel, collector, cancellation);
        return new TrainingImages(store, store);
    }

    public void Dispose() => _store?.Dispose();

    private static ImageStore Copy(
        IDataView data, string columnName, VisionTransformerOptions architecture, string rowNameColumn, string path, IChannel channel, IRowCollector? collector, CancellationToken cancellation)
    {
        var column = data.Schema[columnName];
        var nameColumn = RowNames.Find(data.Schema, rowNameColumn);
        int side = architecture.PatchSize;
        int longer = Math.Max(architecture.ImageHeight, architecture.ImageWidth);
        using var writer = new ImageStoreWriter(path, (int)Math.Ceiling(KeptResolution * longer));
        DataViewSchema.Column?[] wanted = [column, nameColumn, .. collector?.Columns.Select(other => (DataViewSchema.Column?)other) ?? []];
        using var cursor = data.GetRowCursor(wanted.OfType<DataViewSchema.Column>());
        var read = column.Type is ImageDataViewType ? RowImageReader.OfImages(cursor, column) : RowImageReader.OfVectors(cursor, column, architecture);
        collector?.Start(cursor);
        var names = new RowNames(cursor, nameColumn);
        var skipped = new List<string>();
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (collector?.Problem() is { } problem)
            {
                skipped.Add($"{names.Current} {problem}.");
                continue;
            }

            var image = read(names);
            if (image is null)
            {
                skipped.Add($"{names.Current} holds no image.");
            }
            else if (Math.Min(image.Width, image.Height) < side)
            {
                skipped.Add(SkippedImages.TooSmall(names.Current, Math.Min(image.Width, image.Height), side));
            }
            else
            {
                writer.Add(image);
                collector?.Add(names, image);
            }
        }

        if (writer.Count == 0)
        {
            throw new InvalidDataException(rows == 0
                ? $"There are no rows, and so no images in column '{columnName}'. Check the filters and the folder before this step."
                : $"None of the {rows} images in column '{columnName}' can be used. The first: {skipped[0]}");
        }

        SkippedImages.Report(channel, skipped, rows);
        return writer.Finish();
    }
}
