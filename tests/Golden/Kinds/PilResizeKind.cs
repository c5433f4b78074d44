using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Eight-bit images cut and resized as Pillow does it.</summary>
internal abstract class PilResizeKind : IGoldenKind
{
    public abstract string Name { get; }

    protected abstract ResampleFilter Filter { get; }

    public void Run(GoldenCase golden)
    {
        long[] shape = golden.ShapeOf("in/image");
        int[] box = [.. golden.Options.GetProperty("box").EnumerateArray().Select(side => side.GetInt32())];
        int height = golden.Options.GetProperty("height").GetInt32();
        int width = golden.Options.GetProperty("width").GetInt32();
        var image = new RgbImage((int)shape[1], (int)shape[0], golden.Bytes("in/image"));
        RgbImage resized = new PilResampler(Filter).Resize(image, new CropBox(box[0], box[1], box[2], box[3]), height, width);
        golden.Expect("out/image", resized.Pixels, height, width, 3);
    }
}
