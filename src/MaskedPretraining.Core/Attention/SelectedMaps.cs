using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Maps of a file in the order of a source's images.</summary>
/// <param name="file">The file.</param>
/// <param name="places">The record of each image.</param>
internal sealed class SelectedMaps(MapFile file, int[] places) : IAttentionMaps
{
    public int Count => places.Length;

    public PatchGrid Grid => file.Grid;

    public void CopyTo(int image, Span<float> map) => file.CopyTo(places[image], map);
}
