using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Cuts the centre out of images after resizing them: the view of evaluation. Keeps its buffers; not thread safe.</summary>
public sealed class CentreCrop
{
    private readonly double _resizeRatio;
    private readonly PilResampler _resampler;
    private byte[] _resized = [];

    /// <summary>Creates a crop.</summary>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public CentreCrop(CentreCropOptions? options = null)
    {
        options ??= new CentreCropOptions();
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(CentreCropOptions));
        (_resizeRatio, _resampler) = (options.ResizeRatio, new PilResampler(options.Filter));
    }

    /// <summary>Resizes an image and cuts its centre out.</summary>
    /// <param name="image">The image.</param>
    /// <param name="height">Rows wanted, at least 1.</param>
    /// <param name="width">Columns wanted, at least 1.</param>
    /// <param name="destination"><c>[height, width, channels]</c> bytes.</param>
    public void Apply(RgbImage image, int height, int width, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        Apply((PixelView)image, height, width, destination);
    }

    internal void Apply(PixelView image, int height, int width, Span<byte> destination)
    {
        var (rows, columns) = ResizedSides(image.Height, image.Width, height, width);
        int length = checked(rows * columns * image.Channels);
        if (_resized.Length < length)
        {
            _resized = new byte[length];
        }

        _resampler.Resize(image, image.Box, rows, columns, false, _resized.AsSpan(0, length));
        // Half a pixel goes to the even side, as Python rounds.
        int top = (int)Math.Round((rows - height) / 2.0);
        int left = (int)Math.Round((columns - width) / 2.0);
        int rowLength = width * image.Channels;
        for (int y = 0; y < height; y++)
        {
            _resized.AsSpan(((top + y) * columns + left) * image.Channels, rowLength).CopyTo(destination[(y * rowLength)..]);
        }
    }

    private (int Rows, int Columns) ResizedSides(int imageHeight, int imageWidth, int height, int width)
    {
        // A double's product such as 224 * (256 / 224) may fall short of a whole number that it stands for.
        int rows = (int)Math.Floor(height * _resizeRatio + 1e-9);
        int columns = (int)Math.Floor(width * _resizeRatio + 1e-9);
        return (long)imageHeight * columns <= (long)imageWidth * rows
            ? (rows, (int)Math.Max((long)rows * imageWidth / imageHeight, columns))
            : ((int)Math.Max((long)columns * imageHeight / imageWidth, rows), columns);
    }
}
