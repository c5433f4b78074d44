using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Tests.Imaging;

/// <summary>Views whose images were there before, and are there afterwards.</summary>
[TestClass]
public sealed class ImagesInMemoryTests
{
    private const int Photos = 6;

    [TestMethod]
    public void Fit_ImagesInMemory_LeavesThemForTransform()
    {
        var ml = new MLContext(seed: 1);
        var photos = Array.ConvertAll(Columns.Values<MLImage>(ml.MaskedPretraining.Images(new ColorImages(Photos)), "Image"), image => new Photo { Image = image });
        var data = ml.Data.LoadFromEnumerable(photos);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 1)).Fit(data);
        Assert.IsTrue(Array.TrueForAll(photos, photo => photo.Image.Width == Tiny.Side));
        Assert.HasCount(Photos, Columns.Vectors(encoder.Transform(data), "Features"));
    }

    [TestMethod]
    [DataRow(Tiny.Side)]
    [DataRow(Tiny.Side + 5)]
    public void Transform_ImagesResizedBefore_ServesEachWithItsFeatures(int side)
    {
        var ml = new MLContext(seed: 1);
        var images = ml.MaskedPretraining.Images(new ColorImages(Photos, side));
        var data = ml.Transforms.ResizeImages("Small", Tiny.Side, Tiny.Side, "Image").Fit(images).Transform(images);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Small", Tiny.Mae(epochs: 1)).Fit(data);
        float[][] features = Columns.Vectors(encoder.Transform(data), "Features");
        byte[][] pixels = PixelsOf(data, features);
        byte[][] served = PixelsOf(encoder.Transform(data), features);
        for (int row = 0; row < Photos; row++)
        {
            Assert.AreSequenceEqual(pixels[row], served[row]);
        }
    }

    /// <summary>The images, read one after the other as they are served, and where there are features, these compared.</summary>
    private static byte[][] PixelsOf(IDataView view, float[][] features)
    {
        var column = view.Schema.GetColumnOrNull("Features");
        DataViewSchema.Column?[] wanted = [view.Schema["Small"], column];
        using var cursor = view.GetRowCursor(wanted.OfType<DataViewSchema.Column>());
        var readImage = cursor.GetGetter<MLImage>(view.Schema["Small"]);
        var readFeatures = column is { } known ? cursor.GetGetter<VBuffer<float>>(known) : null;
        (MLImage image, VBuffer<float> vector) = (null!, default);
        var pixels = new List<byte[]>();
        while (cursor.MoveNext())
        {
            readImage(ref image);
            pixels.Add(image.Pixels.ToArray());
            if (readFeatures is not null)
            {
                readFeatures(ref vector);
                Assert.AreSequenceEqual(features[cursor.Position], vector.DenseValues().ToArray());
            }
        }

        return [.. pixels];
    }

    private sealed class Photo
    {
        [ImageType]
        public MLImage Image { get; set; } = null!;
    }
}
