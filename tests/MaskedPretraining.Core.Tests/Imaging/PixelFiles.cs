using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

/// <summary>A folder of files that <see cref="PixelFileDecoder"/> reads.</summary>
internal static class PixelFiles
{
    /// <summary>Writes images of noise of several sizes and opens the folder.</summary>
    public static ImageFileSource Write(TestFolder folder, int count, PixelFileDecoder? decoder = null)
    {
        var random = new Random(3);
        for (int number = 0; number < count; number++)
        {
            folder.Write($"photos/{number:D5}.px", PixelFileDecoder.Encode(MemoryImageSource.NoiseImage(random, random.Next(8, 40), random.Next(8, 40))));
        }

        return Of(folder, decoder ?? new PixelFileDecoder());
    }

    /// <summary>Opens what the folder holds now.</summary>
    public static ImageFileSource Of(TestFolder folder, PixelFileDecoder decoder) =>
        new([.. Directory.GetFiles(folder["photos"]).Order(StringComparer.Ordinal)], decoder);
}
