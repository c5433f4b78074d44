using System.Numerics.Tensors;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>Feature vectors, one a row.</summary>
public sealed class FeatureMatrix
{
    /// <summary>Wraps numbers.</summary>
    /// <param name="width">Numbers in a row D, at least 1.</param>
    /// <param name="values">The rows one after the other, <c>[rows, D]</c>; not copied.</param>
    /// <exception cref="ArgumentException">There are no numbers, or they do not make whole rows, or one is not finite.</exception>
    public FeatureMatrix(int width, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (values.Length == 0 || values.Length % width != 0)
        {
            throw new ArgumentException($"{values.Length} numbers do not make whole rows of {width}, at least one.", nameof(values));
        }

        if (!TensorPrimitives.IsFiniteAll<float>(values))
        {
            int place = Array.FindIndex(values, value => !float.IsFinite(value));
            throw new ArgumentException($"Feature {place % width} of row {place / width} is {values[place]}; features must be finite. Check the encoder and its input.", nameof(values));
        }

        (Width, Values) = (width, values);
    }

    /// <summary>Number of rows.</summary>
    public int Rows => Values.Length / Width;

    /// <summary>Numbers in a row D.</summary>
    public int Width { get; }

    /// <summary>The rows one after the other, <c>[rows, D]</c>.</summary>
    public float[] Values { get; }

    /// <summary>A row.</summary>
    /// <param name="index">Row number, from 0.</param>
    public ReadOnlySpan<float> Row(int index) => Values.AsSpan(index * Width, Width);
}
