using Microsoft.ML.Data;
using Microsoft.ML.ImageAnalytics;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageResizingTransformer : OneToOneTransformerBase
{
    private readonly ImageResizingEstimator.ResizingKind _kind;
    private readonly ImageResizingEstimator.Anchor _anchor;

    internal ImageResizingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, int width, int height,
        ImageResizingEstimator.ResizingKind kind, ImageResizingEstimator.Anchor anchor)
        : base(env.Register(nameof(ImageResizingTransformer)), (outputColumnName, inputColumnName))
    {
        OutputType = new ImageDataViewType(height, width);
        _kind = kind;
        _anchor = anchor;
    }

    internal ImageDataViewType OutputType { get; }

    internal static ImageResizingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        (string output, string input) = ReadPairs(ctx.Reader)[0];
        return new ImageResizingTransformer(env, output, input, ctx.Reader.ReadInt32(), ctx.Reader.ReadInt32(),
            (ImageResizingEstimator.ResizingKind)ctx.Reader.ReadByte(), (ImageResizingEstimator.Anchor)ctx.Reader.ReadByte());
    }

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ImageResizingTransformer));
        WritePairs(ctx.Writer, ColumnPairs);
        ctx.Writer.Write(OutputType.Width);
        ctx.Writer.Write(OutputType.Height);
        ctx.Writer.Write((byte)_kind);
        ctx.Writer.Write((byte)_anchor);
    }

    internal override DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source)
    {
        if (source.Type is not ImageDataViewType)
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, "image", source.Type.ToString());
        return new DataViewSchema.DetachedColumn(ColumnPairs[index].Output, OutputType);
    }

    internal override Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals)
    {
        ValueGetter<MLImage> read = row.GetGetter<MLImage>(source);
        MLImage image = null;
        disposals.Add(() => image?.Dispose());
        return (ValueGetter<MLImage>)((ref MLImage destination) =>
        {
            destination?.Dispose();
            destination = null;
            read(ref image);
            if (image == null)
                return;
            if (image.Width == OutputType.Width && image.Height == OutputType.Height)
            {
                // The same object goes on, and is disposed of with the next row.
                destination = image;
                return;
            }
            destination = Resize(image);
            destination.Tag = image.Tag;
        });
    }

    /// <summary>Sizes and offsets are cut to whole pixels, so that a side can end up one short.</summary>
    private MLImage Resize(MLImage image)
    {
        int width = OutputType.Width, height = OutputType.Height;
        if (_kind == ImageResizingEstimator.ResizingKind.Fill)
            return ImageResampler.Nearest(image, width, height);
        float across = (float)width / image.Width, down = (float)height / image.Height;
        bool crop = _kind == ImageResizingEstimator.ResizingKind.IsoCrop;
        float scale = crop == (down < across) ? across : down;
        float restX = width - image.Width * scale, restY = height - image.Height * scale;
        // One side fits; along the other the anchor says which part is seen.
        bool alongY = crop == (down < across);
        int left = alongY ? 0 : (int)(crop ? Anchored(restX, ImageResizingEstimator.Anchor.Left, ImageResizingEstimator.Anchor.Right) : restX / 2);
        int top = alongY ? (int)(crop ? Anchored(restY, ImageResizingEstimator.Anchor.Top, ImageResizingEstimator.Anchor.Bottom) : restY / 2) : 0;
        return ImageResampler.Smooth(image, width, height, left, top, (int)(image.Width * scale), (int)(image.Height * scale));
    }

    private float Anchored(float rest, ImageResizingEstimator.Anchor start, ImageResizingEstimator.Anchor end) => _anchor == start ? 0 : _anchor == end ? rest : rest / 2;
}
