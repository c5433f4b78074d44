using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Attention maps of all images in memory, two bytes a cell (half precision): 392 bytes an image at 14x14, as much as a refresh of the maps writes and a checkpoint keeps.</summary>
/// <remarks>Different images may be set and read on different threads at once.</remarks>
public sealed class AttentionMapTable : IAttentionMaps
{
    private readonly byte[] _bytes;

    /// <summary>Creates a table of zeros.</summary>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="grid">The grid of every map.</param>
    /// <exception cref="ArgumentException">The maps would take more bytes than one array holds, 2 GiB.</exception>
    public AttentionMapTable(int count, PatchGrid grid)
        : this(count, grid, new byte[SizeOf(count, grid)])
    {
    }

    private AttentionMapTable(int count, PatchGrid grid, byte[] bytes) => (Count, Grid, _bytes) = (count, grid, bytes);

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public PatchGrid Grid { get; }

    /// <summary>Asks whether a table of that size can be made, before work is done for it.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="grid">The grid of every map.</param>
    /// <exception cref="ArgumentException">The maps would take more bytes than one array holds, 2 GiB; the message says how many.</exception>
    public static void RequireRoom(int count, PatchGrid grid) => SizeOf(count, grid);

    /// <summary>Wraps maps read from a file.</summary>
    /// <param name="tensor"><c>[images, rows, columns]</c>, half precision; its bytes are not copied.</param>
    /// <exception cref="ArgumentException">It has another type or shape.</exception>
    public static AttentionMapTable FromTensor(TensorData tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Type != TensorElementType.F16 || tensor.Shape.Count != 3 || tensor.Shape.Any(side => side is < 1 or > int.MaxValue))
        {
            throw new ArgumentException($"Attention maps are stored as F16 [images, rows, columns], but this tensor is {tensor.Type} [{string.Join(", ", tensor.Shape)}].", nameof(tensor));
        }

        return new AttentionMapTable((int)tensor.Shape[0], new PatchGrid((int)tensor.Shape[1], (int)tensor.Shape[2]), tensor.Bytes);
    }

    /// <summary>The maps as a tensor <c>[images, rows, columns]</c>, half precision; its bytes are this table's.</summary>
    public TensorData ToTensor() => new(TensorElementType.F16, [Count, Grid.Rows, Grid.Columns], _bytes);

    /// <summary>Sets the map of an image.</summary>
    /// <param name="image">Image number, 0 to <see cref="Count"/> - 1.</param>
    /// <param name="map"><c>[Grid.Rows, Grid.Columns]</c>; rounded to half precision.</param>
    public void Set(int image, ReadOnlySpan<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, Grid.Count, nameof(map));
        TensorPrimitives.ConvertToHalf(map, CellsOf(image));
    }

    /// <inheritdoc/>
    public void CopyTo(int image, Span<float> map) => TensorPrimitives.ConvertToSingle(CellsOf(image), map);

    private Span<Half> CellsOf(int image)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(image, Count);
        return MemoryMarshal.Cast<byte, Half>(_bytes.AsSpan()).Slice(image * Grid.Count, Grid.Count);
    }

    private static long SizeOf(int count, PatchGrid grid)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        long size = 2L * count * grid.Count;
        return size <= Array.MaxLength
            ? size
            : throw new ArgumentException($"Attention maps of {count} images with {grid} cells take {size} bytes, but at most {Array.MaxLength} can be kept. Use larger patches, smaller images, or fewer of them.", nameof(count));
    }
}
