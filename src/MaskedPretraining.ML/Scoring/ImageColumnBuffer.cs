using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Buffer of a column of images. Every reader gets a copy of its own, which it may dispose of as ML.NET's parts do.</summary>
internal sealed class ImageColumnBuffer(ValueGetter<MLImage> source, int slots) : ColumnBuffer
{
    private readonly MLImage?[] _values = new MLImage?[slots];
    private MLImage? _row;

    public override long Fill(int slot)
    {
        // The image stays the source's: at the next row a resizer may dispose of one that it handed on as it was, and rows in memory keep theirs.
        source(ref _row!);
        _values[slot] = _row is null ? null : Copy(_row);
        return _values[slot]?.Pixels.Length ?? 0;
    }

    public override void Reset(int first, int count)
    {
        foreach (ref MLImage? image in _values.AsSpan(first, count))
        {
            image?.Dispose();
            image = null;
        }
    }

    public override Delegate CreateGetter(ScoreBatch batch) => (ValueGetter<MLImage>)((ref MLImage value) =>
    {
        value?.Dispose();
        var image = _values[batch.Current];
        value = image is null ? null! : Copy(image);
    });

    public override void Dispose()
    {
        Reset(0, _values.Length);
        base.Dispose();
    }

    private static MLImage Copy(MLImage image)
    {
        var copy = MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels);
        copy.Tag = image.Tag;
        return copy;
    }
}
