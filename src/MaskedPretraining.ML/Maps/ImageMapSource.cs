using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Maps;

/// <summary>What makes maps of images.</summary>
internal abstract class ImageMapSource : MapSource
{
    /// <summary>Channels, height and width of what it reads.</summary>
    protected abstract VisionTransformerOptions Frame { get; }

    public override void Check(SchemaShape shape, string name) => ImageInput.Check(shape, name, Frame);

    public override DataViewSchema.Column Find(DataViewSchema schema, string name) => ImageInput.Find(schema, name, Frame);

    public override InputColumn CreateInput(MLContext context, DataViewSchema.Column column, MapResizing resizing) =>
        ImageInput.Create(context, column.Name, column.Type, Frame, KindOf(resizing));

    public override InBoxChain AppendInput(InBoxChain chain, MLContext context, DataViewSchema.Column column, MapResizing resizing) =>
        ImageInput.AppendTo(chain, context, column.Name, column.Type, Frame, KindOf(resizing));

    private static ImageResizingEstimator.ResizingKind KindOf(MapResizing resizing) => resizing switch
    {
        MapResizing.Crop => ImageResizingEstimator.ResizingKind.IsoCrop,
        MapResizing.Pad => ImageResizingEstimator.ResizingKind.IsoPad,
        _ => ImageResizingEstimator.ResizingKind.Fill,
    };
}
