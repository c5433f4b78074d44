using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

/// <summary>Images of one pixel whose colour depends on their name.</summary>
internal sealed class NamedImages(IEnumerable<string> names) : IImageSource
{
    private int _loads;

    public string[] Names { get; } = [.. names];

    public int Loads => Volatile.Read(ref _loads);

    public Action<int>? AfterLoad { get; set; }

    public int Count => Names.Length;

    public string NameOf(int index) => Names[index];

    public RgbImage Load(int index)
    {
        int loads = Interlocked.Increment(ref _loads);
        AfterLoad?.Invoke(loads);
        byte color = (byte)Names[index].Sum(letter => letter);
        return new RgbImage(1, 1, [color, color, color]);
    }
}
