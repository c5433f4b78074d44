using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

/// <summary>Loads the image whose path is in a text column; an empty path gives no image.</summary>
public sealed class ImageLoadingTransformer : OneToOneTransformerBase
{
    public readonly string ImageFolder;

    internal ImageLoadingTransformer(IHostEnvironment env, string imageFolder, string outputColumnName, string inputColumnName)
        : base(env.Register(nameof(ImageLoadingTransformer)), (outputColumnName, inputColumnName))
    {
        if (string.IsNullOrEmpty(imageFolder))
            return;
        if (!Directory.Exists(imageFolder))
            throw new ArgumentException($"Directory \"{imageFolder}\" does not exist.");
        ImageFolder = Path.GetFullPath(imageFolder);
    }

    private ImageLoadingTransformer(IHostEnvironment env, (string Output, string Input)[] columns, string imageFolder)
        : base(env.Register(nameof(ImageLoadingTransformer)), columns)
        => ImageFolder = imageFolder;

    // A saved folder is not looked for: the machine that loads the model may give whole paths.
    internal static ImageLoadingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
        => new(env, ReadPairs(ctx.Reader), ctx.Reader.ReadString() is { Length: > 0 } folder ? folder : null);

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ImageLoadingTransformer));
        WritePairs(ctx.Writer, ColumnPairs);
        ctx.Writer.Write(ImageFolder ?? "");
    }

    internal override DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source)
    {
        if (source.Type is not TextDataViewType)
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, TextDataViewType.Instance.ToString(), source.Type.ToString());
        return new DataViewSchema.DetachedColumn(ColumnPairs[index].Output, new ImageDataViewType());
    }

    internal override Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals)
    {
        ValueGetter<ReadOnlyMemory<char>> read = row.GetGetter<ReadOnlyMemory<char>>(source);
        ReadOnlyMemory<char> text = default;
        MLImage last = null;
        disposals.Add(() => last?.Dispose());
        return (ValueGetter<MLImage>)((ref MLImage destination) =>
        {
            // The caller hands its last image back to be freed.
            destination?.Dispose();
            destination = null;
            read(ref text);
            if (text.Length > 0)
            {
                string path = string.IsNullOrWhiteSpace(ImageFolder) ? text.ToString() : Path.Combine(ImageFolder, text.ToString());
                destination = MLImage.CreateFromStream(new MemoryStream(File.ReadAllBytes(path)));
                destination.Tag = path;
            }
            last = destination;
        });
    }
}
