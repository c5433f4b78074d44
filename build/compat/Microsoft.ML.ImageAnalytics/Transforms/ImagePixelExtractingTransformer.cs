using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Pixels as a vector [planes, H, W], or [H, W, planes] interleaved; no image gives zeros.</summary>
public sealed class ImagePixelExtractingTransformer : OneToOneTransformerBase
{
    private readonly PixelExtraction _extraction;

    internal ImagePixelExtractingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, PixelExtraction extraction)
        : base(env.Register(nameof(ImagePixelExtractingTransformer)), (outputColumnName, inputColumnName))
        => _extraction = extraction;

    internal PrimitiveDataViewType ItemType => _extraction.AsFloat ? NumberDataViewType.Single : NumberDataViewType.Byte;

    internal static ImagePixelExtractingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        (string output, string input) = ReadPairs(ctx.Reader)[0];
        return new ImagePixelExtractingTransformer(env, output, input, new PixelExtraction((ImagePixelExtractingEstimator.ColorBits)ctx.Reader.ReadByte(),
            (ImagePixelExtractingEstimator.ColorsOrder)ctx.Reader.ReadByte(), ctx.Reader.ReadBoolean(), ctx.Reader.ReadSingle(), ctx.Reader.ReadSingle(), ctx.Reader.ReadBoolean()));
    }

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ImagePixelExtractingTransformer));
        WritePairs(ctx.Writer, ColumnPairs);
        ctx.Writer.Write((byte)_extraction.Colors);
        ctx.Writer.Write((byte)_extraction.Order);
        ctx.Writer.Write(_extraction.Interleave);
        ctx.Writer.Write(_extraction.Offset);
        ctx.Writer.Write(_extraction.Scale);
        ctx.Writer.Write(_extraction.AsFloat);
    }

    internal override DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source)
    {
        if (source.Type is not ImageDataViewType image)
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, "image", source.Type.ToString());
        if (image.Height <= 0 || image.Width <= 0)
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, "known-size image", "unknown-size image");
        int planes = _extraction.Channels.Length;
        VectorDataViewType type = _extraction.Interleave
            ? new VectorDataViewType(ItemType, image.Height, image.Width, planes)
            : new VectorDataViewType(ItemType, planes, image.Height, image.Width);
        return new DataViewSchema.DetachedColumn(ColumnPairs[index].Output, type);
    }

    internal override Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals)
    {
        var type = (ImageDataViewType)source.Type;
        return _extraction.AsFloat
            ? PixelGetter(row, source, type, disposals, value => (value - _extraction.Offset) * _extraction.Scale)
            : PixelGetter(row, source, type, disposals, value => value);
    }

    private ValueGetter<VBuffer<T>> PixelGetter<T>(DataViewRow row, DataViewSchema.Column source, ImageDataViewType type, List<Action> disposals, Func<byte, T> convert)
    {
        T[] table = [.. Enumerable.Range(0, 256).Select(value => convert((byte)value))];
        ValueGetter<MLImage> read = row.GetGetter<MLImage>(source);
        int pixels = type.Width * type.Height, planes = _extraction.Channels.Length;
        MLImage image = null;
        disposals.Add(() => image?.Dispose());
        return (ref VBuffer<T> destination) =>
        {
            read(ref image);
            if (image == null)
            {
                destination = VBufferEditor.Create(ref destination, pixels * planes, 0).Commit();
                return;
            }
            Checks.State(image.Width == type.Width && image.Height == type.Height, $"The image has {image.Width} x {image.Height} pixels where its column says {type.Width} x {type.Height}");
            VBufferEditor<T> editor = VBufferEditor.Create(ref destination, pixels * planes);
            ReadOnlySpan<byte> bytes = image.Pixels;
            for (int plane = 0; plane < planes; plane++)
            {
                int channel = _extraction.Channels[plane];
                int offset = channel == 3 || image.PixelFormat == MLPixelFormat.Rgba32 ? channel : 2 - channel;
                int start = _extraction.Interleave ? plane : plane * pixels, step = _extraction.Interleave ? planes : 1;
                for (int i = 0; i < pixels; i++)
                    editor.Values[start + i * step] = table[bytes[i * 4 + offset]];
            }
            destination = editor.Commit();
        };
    }
}
