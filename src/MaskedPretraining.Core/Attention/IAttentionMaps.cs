using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>One attention map for each image of a source, in the frame of the whole image. Implementations are thread safe.</summary>
public interface IAttentionMaps
{
    /// <summary>Number of maps: the image source's <see cref="Imaging.IImageSource.Count"/>.</summary>
    int Count { get; }

    /// <summary>The grid of every map.</summary>
    PatchGrid Grid { get; }

    /// <summary>Copies the map of an image.</summary>
    /// <param name="image">Image number, 0 to <see cref="Count"/> - 1.</param>
    /// <param name="map">Filled with the map, <c>[Grid.Rows, Grid.Columns]</c>, each value at least 0.</param>
    void CopyTo(int image, Span<float> map);
}
