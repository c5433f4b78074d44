using System.Numerics.Tensors;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>What AutoMAE's discriminator takes for real masks (Chen et al. 2023): the softmax of even noise with a bonus on a random rectangle. Thread safe.</summary>
/// <remarks>The released code is written for the 14x14 grid and draws from a generator without a seed; here shares of the grid take the place of its numbers, and the sample's stream decides.</remarks>
public sealed class RandomRectangles
{
    private readonly PatchGrid _grid;
    private readonly RandomRectangleOptions _options;

    /// <summary>Prepares rectangles on a grid.</summary>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="options">Bonus and sizes; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public RandomRectangles(PatchGrid grid, RandomRectangleOptions? options = null)
    {
        (_grid, _options) = (grid, (options ?? new RandomRectangleOptions()).Clone());
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(RandomRectangleOptions));
    }

    /// <summary>Draws a rectangle: area and number of columns evenly from their ranges, as many rows as the area needs and the grid has, then a place, evenly among all.</summary>
    /// <param name="random">The sample's stream.</param>
    public RandomRectangle Draw(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        bool isTransposed = _options.IsIsotropic && random.NextInt32(2) == 1;
        var grid = isTransposed ? new PatchGrid(_grid.Columns, _grid.Rows) : _grid;
        int area = Between(random, CountOf(_options.MinimumArea, grid.Count), CountOf(_options.MaximumArea, grid.Count));
        int least = CountOf(_options.MinimumSide, grid.Columns);
        int columns = Between(random, least, Math.Max(least, grid.Columns - least));
        int rows = RandomRectangle.RowsOf(area, columns, grid.Rows);
        int left = random.NextInt32(grid.Columns - columns + 1);
        int top = random.NextInt32(grid.Rows - rows + 1);
        return isTransposed ? new RandomRectangle(left, top, columns, rows) : new RandomRectangle(top, left, rows, columns);
    }

    /// <summary>Draws a rectangle and noise and writes their map.</summary>
    /// <param name="random">The sample's stream.</param>
    /// <param name="map">Filled with positive numbers that sum to 1, <c>[N]</c>.</param>
    public void Fill(RandomStream random, Span<float> map)
    {
        var rectangle = Draw(random);
        random.Fill(map);
        ToMap(map, _grid, rectangle, _options.Bonus);
    }

    /// <summary>Turns noise into a map: bonus on the rectangle, softmax over all patches.</summary>
    internal static void ToMap(Span<float> noise, PatchGrid grid, RandomRectangle rectangle, double bonus)
    {
        for (int row = rectangle.Top; row < rectangle.Top + rectangle.Rows; row++)
        {
            var cells = noise.Slice((row * grid.Columns) + rectangle.Left, rectangle.Columns);
            TensorPrimitives.Add(cells, (float)bonus, cells);
        }

        TensorPrimitives.SoftMax(noise, noise);
    }

    private static int CountOf(double share, int of) => Math.Max(1, (int)Math.Round(share * of));

    private static int Between(RandomStream random, int first, int last) => first + random.NextInt32(last - first + 1);
}
