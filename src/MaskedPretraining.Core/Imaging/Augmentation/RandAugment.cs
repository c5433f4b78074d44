using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>Changes images at random: see <see cref="RandAugmentOptions"/>. Keeps its buffers from image to image; not thread safe, make one a thread.</summary>
/// <remarks>
/// The operations repeat those of Pillow byte for byte (tables, blending, the cubic kernel with a = -1 of its transforms, which is not the one of its resizing). Only images of red,
/// green and blue can be changed: grey and colour saturation have no meaning for others.
/// </remarks>
public sealed class RandAugment
{
    /// <summary>The greatest magnitude.</summary>
    public const double MaxMagnitude = 10;

    /// <summary>Channels of the images.</summary>
    public const int Channels = 3;

    private static readonly int Kinds = Enum.GetValues<AugmentationOperation>().Length;

    private readonly RandAugmentOptions _options;
    private readonly EnhanceOperations _enhance = new();
    private readonly AffineOperations _affine;

    /// <summary>Creates it.</summary>
    /// <param name="fill">Colour of what comes into the image from outside; MAE takes the mean that pixels are normalised with, (124, 116, 104).</param>
    /// <param name="options">Operations and strength; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public RandAugment((byte R, byte G, byte B) fill, RandAugmentOptions? options = null)
    {
        _options = (options ?? new RandAugmentOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(RandAugmentOptions));
        _affine = new AffineOperations(fill);
    }

    /// <summary>Changes an image at random.</summary>
    /// <param name="pixels"><c>[height, width, 3]</c> bytes; changed in place.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="random">The sample's stream for <see cref="RandomPurpose.RandAugment"/>.</param>
    public void Apply(Span<byte> pixels, int height, int width, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (int number = 0; number < _options.Operations; number++)
        {
            var operation = (AugmentationOperation)random.NextInt32(Kinds);
            bool isApplied = random.NextDouble() < _options.Probability;
            double magnitude = Math.Clamp(_options.Magnitude + _options.MagnitudeDeviation * random.NextGaussian(), 0, MaxMagnitude);
            bool isNegative = random.NextDouble() < 0.5;
            if (isApplied)
            {
                Apply(operation, magnitude, isNegative, pixels, height, width);
            }
        }
    }

    /// <summary>Applies one operation.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="magnitude">0 to 10; no matter for operations without strength.</param>
    /// <param name="isNegative">Which of its two directions the operation takes; no matter for those with one.</param>
    /// <param name="pixels"><c>[height, width, 3]</c> bytes; changed in place.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <exception cref="ArgumentException">There are not as many bytes.</exception>
    public void Apply(AugmentationOperation operation, double magnitude, bool isNegative, Span<byte> pixels, int height, int width)
    {
        if (pixels.Length != height * width * Channels)
        {
            throw new ArgumentException($"{height}x{width} pixels of {Channels} channels need {height * width * Channels} bytes, but there are {pixels.Length}.", nameof(pixels));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(magnitude, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(magnitude, MaxMagnitude);
        double level = magnitude / MaxMagnitude;
        double signed = isNegative ? -level : level;
        double factor = Math.Max(0.1, 1 + (0.9 * signed));
        switch (operation)
        {
            case AugmentationOperation.AutoContrast: ToneOperations.AutoContrast(pixels); break;
            case AugmentationOperation.Equalize: ToneOperations.Equalize(pixels); break;
            case AugmentationOperation.Invert: ToneOperations.Invert(pixels); break;
            case AugmentationOperation.Rotate: _affine.Rotate(pixels, height, width, 30 * signed); break;
            case AugmentationOperation.Posterize: ToneOperations.Posterize(pixels, 4 - (int)(4 * level)); break;
            case AugmentationOperation.Solarize: ToneOperations.Solarize(pixels, 256 - (int)(256 * level)); break;
            case AugmentationOperation.SolarizeAdd: ToneOperations.SolarizeAdd(pixels, (int)(110 * level)); break;
            case AugmentationOperation.Color: EnhanceOperations.Color(pixels, (float)factor); break;
            case AugmentationOperation.Contrast: EnhanceOperations.Contrast(pixels, (float)factor); break;
            case AugmentationOperation.Brightness: EnhanceOperations.Brightness(pixels, (float)factor); break;
            case AugmentationOperation.Sharpness: _enhance.Sharpness(pixels, height, width, (float)factor); break;
            case AugmentationOperation.ShearX: _affine.ShearX(pixels, height, width, 0.3 * signed); break;
            case AugmentationOperation.ShearY: _affine.ShearY(pixels, height, width, 0.3 * signed); break;
            case AugmentationOperation.TranslateX: _affine.Translate(pixels, height, width, 0.45 * signed * width, 0); break;
            case AugmentationOperation.TranslateY: _affine.Translate(pixels, height, width, 0, 0.45 * signed * height); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "This is no operation of RandAugment.");
        }
    }
}
