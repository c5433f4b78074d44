using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Maps;

/// <summary>A column with one map an image: <c>[R, C]</c> numbers, or one a patch of the encoder, or a box, or an object mask. All cover the whole image.</summary>
/// <param name="column">The column.</param>
/// <param name="grid">The grid of its maps; that of the encoder for boxes, twice as fine for masks.</param>
/// <param name="content">What its values are.</param>
internal sealed class MapColumn(DataViewSchema.Column column, PatchGrid grid, MapColumnContent content)
{
    /// <summary>Numbers of a box.</summary>
    public const int BoxLength = 4;

    public DataViewSchema.Column Column => column;

    public PatchGrid Grid => grid;

    public MapColumnContent Content => content;

    /// <summary>What made the maps, if the column says so.</summary>
    public string? Maker
    {
        get
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.MapMaker) is not { Type: TextDataViewType })
            {
                return null;
            }

            ReadOnlyMemory<char> maker = default;
            column.Annotations.GetValue(AnnotationKinds.MapMaker, ref maker);
            return maker.ToString();
        }
    }

    /// <summary>The column of objects of a name: masks, or whatever maps may be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or tells nothing of objects.</exception>
    public static MapColumn FindObjects(DataViewSchema schema, string name, VisionTransformerOptions architecture)
    {
        var column = schema.Require(name);
        bool holdsMasks = column.Type is ImageDataViewType || (column.Type is VectorDataViewType { IsKnownSize: true, Dimensions.Length: 2 } vector && vector.ItemType == NumberDataViewType.Byte);
        var patches = architecture.Grid;
        return holdsMasks ? new MapColumn(column, new PatchGrid(2 * patches.Rows, 2 * patches.Columns), MapColumnContent.Masks) : Find(schema, name, architecture);
    }

    /// <summary>The map column of a name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or no map for an encoder of this architecture.</exception>
    public static MapColumn Find(DataViewSchema schema, string name, VisionTransformerOptions architecture)
    {
        var column = schema.Require(name);
        var patches = architecture.Grid;
        if (column.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single)
        {
            throw ColumnErrors.Mismatch($"Column '{name}' holds {column.Type}, but {Needed(patches)} is needed.");
        }

        if (vector is { IsKnownSize: true, Dimensions: [var rows, var columns] })
        {
            return new MapColumn(column, new PatchGrid(rows, columns), MapColumnContent.Maps);
        }

        // A grid of four patches is told by its dimensions.
        if (vector.Size == BoxLength)
        {
            return new MapColumn(column, patches, MapColumnContent.Boxes);
        }

        return !vector.IsKnownSize || vector.Size == patches.Count
            ? new MapColumn(column, patches, MapColumnContent.Maps)
            : throw ColumnErrors.Mismatch($"Column '{name}' is a vector of {vector.Size} Single, but {Needed(patches)} is needed. Give the column its dimensions [rows, columns], or make the maps on a {patches} grid.");
    }

    /// <summary>Refuses shapes that can never fit; sizes are known only to schemas and are checked there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or no vector of Single.</exception>
    public static void Check(SchemaShape shape, string name, VisionTransformerOptions architecture)
    {
        var column = shape.Require(name);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar || column.IsKey || column.ItemType != NumberDataViewType.Single)
        {
            throw ColumnErrors.Mismatch($"Column '{name}' holds {SchemaShapes.Describe(column)}, but {Needed(architecture.Grid)} is needed.");
        }
    }

    private static string Needed(PatchGrid patches) =>
        $"a vector of Single with one map value for each of the encoder's {patches.Count} patches ({patches}), or with dimensions [rows, columns] of any size, or a box of {BoxLength} (x0, y0, x1, y1 in pixels)";
}
