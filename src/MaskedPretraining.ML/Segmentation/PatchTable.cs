using System.Runtime.InteropServices;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Segmentation;

/// <summary>Reads patch tokens and masks of labelled images into memory.</summary>
internal static class PatchTable
{
    /// <param name="data">A view with the images, the masks, and the patch tokens of the images.</param>
    /// <param name="image">The image column, whose sizes masks must have; not looked at if it holds vectors.</param>
    /// <param name="maskName">The masks' column.</param>
    /// <param name="tokenName">The tokens' column, <c>[patches, D]</c>.</param>
    /// <param name="architecture">The encoder.</param>
    /// <param name="options">Classes, meaning of the masks, labelled cells a patch.</param>
    /// <exception cref="InvalidDataException">There is no row, or one cannot be used; the message names it.</exception>
    public static LabeledPatches Read(IDataView data, DataViewSchema.Column image, string maskName, string tokenName, VisionTransformerOptions architecture, SegmentationOptions options)
    {
        var (mask, tokens) = (data.Schema[maskName], data.Schema[tokenName]);
        bool knowsSizes = image.Type is ImageDataViewType;
        int labels = options.Training.LabelsPerSide, length = architecture.Grid.Count * architecture.Width;
        var cells = new PatchGrid(architecture.Grid.Rows * labels, architecture.Grid.Columns * labels);
        var (features, shares) = (new List<float>(), new List<float>());
        using var cursor = data.GetRowCursor(knowsSizes ? [data.Schema[image.Name], mask, tokens] : [mask, tokens]);
        var numbers = new NumbersReader(cursor, tokens, length);
        var readMask = ClassMaskReader.Create(cursor, mask, options.Masks);
        var readImage = knowsSizes ? cursor.GetGetter<MLImage>(data.Schema[image.Name]) : null;
        MLImage? photo = null;
        while (cursor.MoveNext())
        {
            try
            {
                var truth = readMask();
                readImage?.Invoke(ref photo!);
                CheckSize(photo, truth);
                numbers.Read(Grow(features, length, cursor.Position));
                CellClasses.Fill(truth, options.Classes, cells, Grow(shares, options.Classes * cells.Count, cursor.Position));
            }
            catch (ArgumentException exception)
            {
                throw new InvalidDataException($"Row {cursor.Position} cannot be learned from (images of column '{image.Name}', masks of '{maskName}'): {exception.Message}", exception);
            }
        }

        photo?.Dispose();
        return features.Count > 0
            ? new LabeledPatches(new FeatureMatrix(architecture.Width, [.. features]), architecture.Grid, options.Classes, labels, [.. shares])
            : throw new InvalidDataException("There are no rows, but a segmentation probe needs at least one image with a mask.");
    }

    private static void CheckSize(MLImage? photo, ClassMask mask)
    {
        if (photo is not null && (photo.Height, photo.Width) != (mask.Height, mask.Width))
        {
            throw new ArgumentException(
                $"The mask has {mask.Width}x{mask.Height} pixels (width x height), its image {photo.Width}x{photo.Height}. Give each image the mask that was drawn for it, as large as the image and turned the same way.");
        }
    }

    private static Span<float> Grow(List<float> values, int length, long position)
    {
        if (values.Count + (long)length > Array.MaxLength)
        {
            throw new InvalidDataException($"More than {position} images do not fit into memory. Use fewer, for example with Data.TakeRows, a smaller image size, or fewer labels a patch.");
        }

        CollectionsMarshal.SetCount(values, values.Count + length);
        return CollectionsMarshal.AsSpan(values)[^length..];
    }
}
