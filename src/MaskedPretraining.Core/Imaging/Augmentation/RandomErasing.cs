using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>Draws the boxes of random erasing. Thread safe.</summary>
public sealed class RandomErasing
{
    private const int Tries = 10;

    private readonly RandomErasingOptions _options;

    /// <summary>Creates it.</summary>
    /// <param name="options">Probability and ranges; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public RandomErasing(RandomErasingOptions? options = null)
    {
        _options = (options ?? new RandomErasingOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(RandomErasingOptions));
    }

    /// <summary>
    /// Draws a box: up to ten times an area share and a log ratio, <c>height = round(sqrt(area * ratio))</c>, <c>width = round(sqrt(area / ratio))</c>, until both sides are
    /// shorter than the image's; then a place, every one equally likely.
    /// </summary>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="random">The sample's stream for <see cref="RandomPurpose.Erasing"/>.</param>
    /// <returns>The box, its sides at least 1 pixel; null if this image stays whole or no box fitted.</returns>
    public CropBox? Draw(int height, int width, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentNullException.ThrowIfNull(random);
        if (random.NextDouble() >= _options.Probability)
        {
            return null;
        }

        for (int number = 0; number < Tries; number++)
        {
            double area = (double)height * width * (_options.MinArea + random.NextDouble() * (_options.MaxArea - _options.MinArea));
            double ratio = Math.Exp((1 - 2 * random.NextDouble()) * Math.Log(_options.MinRatio));
            int rows = Math.Max((int)Math.Round(Math.Sqrt(area * ratio)), 1);
            int columns = Math.Max((int)Math.Round(Math.Sqrt(area / ratio)), 1);
            if (rows < height && columns < width)
            {
                return new CropBox(random.NextInt32(height - rows + 1), random.NextInt32(width - columns + 1), rows, columns);
            }
        }

        return null;
    }
}
