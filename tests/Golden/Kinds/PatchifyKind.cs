using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Images cut into flattened patches.</summary>
internal sealed class PatchifyKind : IGoldenKind
{
    public string Name => "patchify";

    public void Run(GoldenCase golden)
    {
        int patchSize = golden.Options.GetProperty("patch_size").GetInt32();
        float[] images = golden.Single("in/images");
        long[] shape = golden.ShapeOf("in/images");
        (int batch, int channels, int height, int width) = ((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);
        var grid = new PatchGrid(height / patchSize, width / patchSize);
        float[] patches = new float[images.Length];
        int length = channels * height * width;
        for (int number = 0; number < batch; number++)
        {
            float[] interleaved = Interleave(images.AsSpan(number * length, length), channels);
            PatchLayout.ToPatches<float>(interleaved, grid, patchSize, channels, false, patches.AsSpan(number * length, length));
        }

        golden.Expect("out/patches", patches, batch, grid.Count, patchSize * patchSize * channels);
    }

    private static float[] Interleave(ReadOnlySpan<float> planes, int channels)
    {
        float[] interleaved = new float[planes.Length];
        int pixels = planes.Length / channels;
        for (int i = 0; i < planes.Length; i++)
        {
            interleaved[i % pixels * channels + i / pixels] = planes[i];
        }

        return interleaved;
    }
}
