using System.Text.Json;
using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Crop boxes for given uniform draws.</summary>
internal sealed class RandomResizedCropKind : IGoldenKind
{
    public string Name => "random-resized-crop";

    public void Run(GoldenCase golden)
    {
        JsonElement scale = golden.Options.GetProperty("scale");
        JsonElement ratio = golden.Options.GetProperty("ratio");
        var crop = new RandomResizedCrop(new CropOptions
        {
            MinScale = scale[0].GetDouble(),
            MaxScale = scale[1].GetDouble(),
            MinRatio = ratio[0].GetDouble(),
            MaxRatio = ratio[1].GetDouble(),
            Form = golden.Options.GetProperty("form").GetString() == "single-draw" ? RandomResizedCropForm.SingleDraw : RandomResizedCropForm.TenTries,
        });
        long[] sizes = golden.Int64("in/image_sizes");
        double[] tries = golden.Double("in/tries");
        double[] offsets = golden.Double("in/offsets");
        var boxes = new List<long>();
        for (int number = 0; number < sizes.Length / 2; number++)
        {
            CropBox box = crop.BoxOf((int)sizes[2 * number], (int)sizes[2 * number + 1], tries.AsSpan(number * 20, 20), offsets[2 * number], offsets[2 * number + 1]);
            boxes.AddRange([box.Top, box.Left, box.Height, box.Width]);
        }

        golden.Expect("out/boxes", boxes.ToArray(), sizes.Length / 2, 4);
    }
}
