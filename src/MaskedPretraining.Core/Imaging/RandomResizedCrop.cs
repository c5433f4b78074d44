using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Draws crop boxes of random area and aspect ratio. A try draws area share a and log aspect b:
/// <c>width = round(sqrt(area * aspect))</c>, <c>height = round(sqrt(area / aspect))</c>, halves to even. Thread safe.
/// </summary>
public sealed class RandomResizedCrop
{
    /// <summary>Tries of <see cref="RandomResizedCropForm.TenTries"/>.</summary>
    public const int Tries = 10;

    private readonly CropOptions _options;

    /// <summary>Creates a crop.</summary>
    /// <param name="options">Ranges and form; copied. Null takes the defaults, which are MAE's for pre-training.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public RandomResizedCrop(CropOptions? options = null)
    {
        _options = (options ?? new CropOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(CropOptions));
    }

    /// <summary>Draws a box and whether to flip. Takes the same number of draws from the stream whatever they bring.</summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="random">The sample's stream for <see cref="RandomPurpose.Crop"/>.</param>
    public (CropBox Box, bool Flip) Draw(int height, int width, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<double> tries = stackalloc double[2 * Tries];
        foreach (ref double draw in tries)
        {
            draw = random.NextDouble();
        }

        double top = random.NextDouble();
        double left = random.NextDouble();
        bool flip = random.NextDouble() < _options.FlipProbability;
        return (BoxOf(height, width, tries, top, left), flip);
    }

    /// <summary>The box that given draws lead to.</summary>
    /// <param name="height">Rows of the image, at least 1.</param>
    /// <param name="width">Columns of the image, at least 1.</param>
    /// <param name="tries">Uniform draws in [0, 1), area and aspect of each of the ten tries in turn, <c>[20]</c>.</param>
    /// <param name="topDraw">Uniform draw for the box's place among the rows.</param>
    /// <param name="leftDraw">Uniform draw for the box's place among the columns.</param>
    public CropBox BoxOf(int height, int width, ReadOnlySpan<double> tries, double topDraw, double leftDraw)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tries.Length, 2 * Tries);
        if (_options.Form == RandomResizedCropForm.SingleDraw)
        {
            var (boxHeight, boxWidth) = SidesOf(height, width, tries[0], tries[1]);
            return Place(height, width, (int)Math.Clamp(boxHeight, 1, height), (int)Math.Clamp(boxWidth, 1, width), topDraw, leftDraw);
        }

        for (int number = 0; number < Tries; number++)
        {
            var (boxHeight, boxWidth) = SidesOf(height, width, tries[2 * number], tries[2 * number + 1]);
            if (boxWidth > 0 && boxWidth <= width && boxHeight > 0 && boxHeight <= height)
            {
                return Place(height, width, (int)boxHeight, (int)boxWidth, topDraw, leftDraw);
            }
        }

        return Centred(height, width);
    }

    private (double Height, double Width) SidesOf(int height, int width, double areaDraw, double aspectDraw)
    {
        double area = (double)height * width * (_options.MinScale + areaDraw * (_options.MaxScale - _options.MinScale));
        double logMin = Math.Log(_options.MinRatio);
        double aspect = Math.Exp(logMin + aspectDraw * (Math.Log(_options.MaxRatio) - logMin));
        return (Math.Round(Math.Sqrt(area / aspect)), Math.Round(Math.Sqrt(area * aspect)));
    }

    private static CropBox Place(int height, int width, int boxHeight, int boxWidth, double topDraw, double leftDraw)
    {
        int top = Math.Min((int)(topDraw * (height - boxHeight + 1)), height - boxHeight);
        int left = Math.Min((int)(leftDraw * (width - boxWidth + 1)), width - boxWidth);
        return new CropBox(top, left, boxHeight, boxWidth);
    }

    private CropBox Centred(int height, int width)
    {
        double aspect = (double)width / height;
        (int boxHeight, int boxWidth) = (height, width);
        if (aspect < _options.MinRatio)
        {
            boxHeight = (int)Math.Clamp(Math.Round(width / _options.MinRatio), 1, height);
        }
        else if (aspect > _options.MaxRatio)
        {
            boxWidth = (int)Math.Clamp(Math.Round(height * _options.MaxRatio), 1, width);
        }

        return new CropBox((height - boxHeight) / 2, (width - boxWidth) / 2, boxHeight, boxWidth);
    }
}
