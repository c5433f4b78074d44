using MaskedPretraining.Core.Models;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.Bench.Scoring;

/// <summary>The same images as numbers in memory, as vectors, as decoded images and as files.</summary>
internal sealed class ScoredImages : IDisposable
{
    // Photos a little larger than most encoders' side.
    private const int PhotoWidth = 320;
    private const int PhotoHeight = 240;

    private readonly MLContext _context;
    private readonly VisionTransformerOptions _architecture;
    private readonly int _length;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scoring");
    private readonly byte[] _bytes;

    public ScoredImages(MLContext context, VisionTransformerOptions architecture, int count)
    {
        (_context, _architecture, Count) = (context, architecture, count);
        _length = architecture.Channels * architecture.ImageHeight * architecture.ImageWidth;
        Pixels = new float[count * _length];
        _bytes = new byte[architecture.ImageHeight * architecture.ImageWidth * 4];
        var random = new Random(1);
        random.NextBytes(_bytes);
        foreach (ref float pixel in Pixels.AsSpan())
        {
            pixel = random.Next(256);
        }

        for (int image = 0; image < count; image++)
        {
            using var photo = MLImage.CreateFromPixels(PhotoWidth, PhotoHeight, MLPixelFormat.Bgra32, Photo(image));
            photo.Save(FileOf(image));
        }
    }

    public int Count { get; }

    /// <summary>All images, <c>[Count, C, H, W]</c>.</summary>
    public float[] Pixels { get; }

    /// <summary>A column <c>Image</c> of vectors.</summary>
    public IDataView Vectors()
    {
        var rows = Enumerable.Range(0, Count).Select(image => new VectorRow { Image = Pixels[(image * _length)..((image + 1) * _length)] }).ToList();
        var schema = SchemaDefinition.Create(typeof(VectorRow));
        schema[nameof(VectorRow.Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, _length);
        return _context.Data.LoadFromEnumerable(rows, schema);
    }

    /// <summary>A column <c>Image</c> of decoded images of the encoder's size; who reads one may dispose of it.</summary>
    public IDataView Images()
    {
        var rows = Enumerable.Range(0, Count).Select(_ => new ImageRow { Image = MLImage.CreateFromPixels(_architecture.ImageWidth, _architecture.ImageHeight, MLPixelFormat.Bgra32, _bytes) });
        var schema = SchemaDefinition.Create(typeof(ImageRow));
        schema[nameof(ImageRow.Image)].ColumnType = new ImageDataViewType(_architecture.ImageHeight, _architecture.ImageWidth);
        return _context.Data.LoadFromEnumerable(rows, schema);
    }

    /// <summary>A column <c>Image</c> that is read from JPEG files of 320x240 pixels.</summary>
    public IDataView Files()
    {
        var paths = _context.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(image => new FileRow { Path = FileOf(image) }).ToList());
        return _context.Transforms.LoadImages(nameof(ImageRow.Image), null, nameof(FileRow.Path)).Fit(paths).Transform(paths);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string FileOf(int image) => Path.Combine(_folder.FullName, $"{image}.jpg");

    // Waves with a little noise, about as hard to decode as a photo.
    private static byte[] Photo(int image)
    {
        var random = new Random(image);
        var pixels = new byte[PhotoWidth * PhotoHeight * 4];
        for (int index = 0; index < pixels.Length; index++)
        {
            int x = index / 4 % PhotoWidth, y = index / 4 / PhotoWidth;
            pixels[index] = index % 4 == 3 ? byte.MaxValue : (byte)(120 + (80 * Math.Sin((x + (y * (index % 4)) + image) / 15.0)) + random.Next(20));
        }

        return pixels;
    }

    private sealed class VectorRow
    {
        [VectorType]
        public float[] Image { get; set; } = [];
    }

    private sealed class ImageRow
    {
        [ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }

    private sealed class FileRow
    {
        public string Path { get; set; } = "";
    }
}
