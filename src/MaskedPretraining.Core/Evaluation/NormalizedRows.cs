using System.Numerics.Tensors;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>Rows of unit length, padded with zeros so that tiles of a matrix product are always whole.</summary>
internal sealed class NormalizedRows
{
    // Keeps a row of zeros at zero instead of dividing by zero.
    private const float SmallestNorm = 1e-12f;

    public NormalizedRows(FeatureMatrix features, int first, int count, int rowMultiple, int columnMultiple)
    {
        Count = count;
        Stride = RoundUp(features.Width, columnMultiple);
        Values = new float[(long)RoundUp(count, rowMultiple) * Stride];
        for (int row = 0; row < count; row++)
        {
            var source = features.Row(first + row);
            TensorPrimitives.Divide(source, Math.Max(TensorPrimitives.Norm(source), SmallestNorm), Values.AsSpan(row * Stride, source.Length));
        }
    }

    /// <summary>Rows without the padding.</summary>
    public int Count { get; }

    /// <summary>Numbers from one row to the next.</summary>
    public int Stride { get; }

    public float[] Values { get; }

    private static int RoundUp(int value, int multiple) => checked((value + multiple - 1) / multiple * multiple);
}
