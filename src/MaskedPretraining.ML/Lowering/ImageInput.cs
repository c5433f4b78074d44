using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Lowering;

/// <summary>
/// The input column of an encoder: images of any size, or vectors of C*H*W numbers in 0..255, planes one after the other (CHW). Images are scaled to cover the encoder's size and cut in
/// the middle (IsoCrop) unless said otherwise: the whole image at its own aspect ratio, which is how pre-trained encoders are evaluated (resize the shorter side, centre crop).
/// </summary>
internal static class ImageInput
{
    public const string PixelColumn = InBoxChain.TemporaryPrefix + "pixels";
    private const string ResizedColumn = InBoxChain.TemporaryPrefix + "resized";

    /// <summary>The input column for an encoder, prepared by in-box parts.</summary>
    /// <param name="context">Makes the parts.</param>
    /// <param name="name">The user's column.</param>
    /// <param name="type">Its type at the time of fitting, already checked.</param>
    /// <param name="architecture">C, H and W.</param>
    /// <param name="resizing">How images are brought to H and W.</param>
    public static InputColumn Create(
        MLContext context,
        string name,
        DataViewType type,
        VisionTransformerOptions architecture,
        ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop)
    {
        var kind = KindOf(type);
        string? Problem(DataViewSchema.Column column) => KindOf(column.Type) == kind || kind == PixelKind.None
            ? ProblemOf(column, architecture)
            : $"Column '{name}' held {type} when this step was fitted and holds {column.Type} now. Give it a column of the same kind, or fit again.";
        return kind == PixelKind.Singles
            ? new InputColumn(name, name, null, Problem)
            : new InputColumn(name, PixelColumn, Preparation(context, name, kind, architecture, resizing), Problem);
    }

    /// <summary>The column of a name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing, or no encoder of this architecture can read it.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, VisionTransformerOptions architecture)
    {
        var column = schema.Require(name);
        return ProblemOf(column, architecture) is { } problem ? throw ColumnErrors.Mismatch(problem) : column;
    }

    /// <summary>What is wrong with a column, what is needed and how to get it; null if nothing is wrong.</summary>
    public static string? ProblemOf(DataViewSchema.Column column, VisionTransformerOptions architecture) => column.Type switch
    {
        ImageDataViewType when architecture.Channels == 3 => null,
        VectorDataViewType { IsKnownSize: true } vector when IsPixel(vector.ItemType) && vector.Size == LengthOf(architecture) => null,
        ImageDataViewType => $"Column '{column.Name}' holds images, which have 3 channels, but Architecture.Channels is {architecture.Channels}. Set it to 3, or give a vector column of {Needed(architecture)}.",
        VectorDataViewType vector when IsPixel(vector.ItemType) =>
            $"Column '{column.Name}' is a {Describe(vector)}, but an encoder for {architecture.ImageHeight}x{architecture.ImageWidth} pixels needs {Needed(architecture)}. "
            + "Resize the images before ExtractPixels, set the image size in Architecture, or give the column of images itself.",
        _ => $"Column '{column.Name}' holds {column.Type}, but an image column or a vector of {Needed(architecture)} is needed. Add Transforms.LoadImages before this step, or use MaskedPretraining.ImageFolder.",
    };

    /// <summary>Refuses shapes that can never fit; sizes are known only to schemas and are checked there.</summary>
    public static void Check(SchemaShape shape, string name, VisionTransformerOptions architecture)
    {
        var column = shape.Require(name);
        bool isImage = column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is ImageDataViewType;
        bool isVector = column.Kind == SchemaShape.Column.VectorKind.Vector && !column.IsKey && IsPixel(column.ItemType);
        if (!isImage && !isVector)
        {
            throw ColumnErrors.Mismatch(
                $"Column '{name}' holds {SchemaShapes.Describe(column)}, but an image column or a vector of {Needed(architecture)} is needed. Add Transforms.LoadImages before this step, or use MaskedPretraining.ImageFolder.");
        }
    }

    /// <summary>Appends the steps that make the pixel column of a chain.</summary>
    public static InBoxChain AppendTo(
        InBoxChain chain,
        MLContext context,
        string name,
        DataViewType type,
        VisionTransformerOptions architecture,
        ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop) =>
        KindOf(type) == PixelKind.Singles
            ? chain.Append(context.Transforms.CopyColumns(PixelColumn, name))
            : chain.Append(Preparation(context, name, KindOf(type), architecture, resizing));

    private static IEstimator<ITransformer> Preparation(
        MLContext context, string name, PixelKind kind, VisionTransformerOptions architecture, ImageResizingEstimator.ResizingKind resizing) => kind == PixelKind.Bytes
        ? context.Transforms.Conversion.ConvertType(PixelColumn, name)
        : context.Transforms.ResizeImages(ResizedColumn, architecture.ImageWidth, architecture.ImageHeight, name, resizing)
            .Append(context.Transforms.ExtractPixels(PixelColumn, ResizedColumn));

    private static PixelKind KindOf(DataViewType type) => type switch
    {
        ImageDataViewType => PixelKind.Image,
        VectorDataViewType vector when vector.ItemType == NumberDataViewType.Single => PixelKind.Singles,
        VectorDataViewType vector when vector.ItemType == NumberDataViewType.Byte => PixelKind.Bytes,
        _ => PixelKind.None,
    };

    private static bool IsPixel(DataViewType type) => type == NumberDataViewType.Single || type == NumberDataViewType.Byte;

    private static int LengthOf(VisionTransformerOptions architecture) => architecture.Channels * architecture.ImageHeight * architecture.ImageWidth;

    private static string Describe(VectorDataViewType vector) => vector.IsKnownSize ? $"vector of {vector.Size} {vector.ItemType}" : $"vector of {vector.ItemType} of unknown size";

    private static string Needed(VisionTransformerOptions architecture) =>
        $"{LengthOf(architecture)} Single or Byte values in 0..255 ({architecture.Channels} planes of {architecture.ImageHeight}x{architecture.ImageWidth})";

    private enum PixelKind
    {
        None,
        Image,
        Singles,
        Bytes,
    }
}
