namespace MaskedPretraining.Core.Imaging;

/// <summary>The image file of a part of STL-10: records of 96x96 pixels in colour planes, each column after column. Thread safe. Dispose closes the file.</summary>
/// <param name="path">For example <c>train_X.bin</c>.</param>
internal sealed class Stl10Images(string path) : IImageSource, IDisposable
{
    private const int Side = 96;
    private readonly RecordFiles _files = new([path], 3 * Side * Side, "STL-10 image");

    public int Count => _files.Count;

    public string NameOf(int index) => _files.NameOf(index);

    public RgbImage Load(int index)
    {
        var buffer = new ImageBuffer();
        Load(index, buffer);
        return buffer.ToImage();
    }

    public void Load(int index, ImageBuffer buffer)
    {
        Span<byte> planes = stackalloc byte[3 * Side * Side];
        _files.Read(index, 0, planes);
        ColorPlanes.Interleave(Side, planes, buffer, columnMajor: true);
    }

    public void Dispose() => _files.Dispose();
}
