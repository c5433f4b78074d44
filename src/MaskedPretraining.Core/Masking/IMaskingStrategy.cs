using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Masking;

/// <summary>Decides which patches of an image are masked, which stay visible and which are thrown. Implementations are thread safe and hold no state that a plan changes.</summary>
/// <remarks>Override <see cref="object.ToString"/> to name the strategy with its settings: a training run is only continued with the strategy that has the text of the one it was started with.</remarks>
public interface IMaskingStrategy
{
    /// <summary>Whether a plan may mask fewer patches than <see cref="CountsAt"/> says. Such a strategy needs mask tokens in the encoder (SimMIM, MaskFeat); it cannot drop masked patches from it.</summary>
    bool VariesBetweenImages => false;

    /// <summary>How a map of the whole image becomes the <see cref="SampleContext.PatchWeights"/> of a crop.</summary>
    MapCrop MapCrop => MapCrop.PixelSum;

    /// <summary>The counts that every plan of an epoch keeps.</summary>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="progress">Where the run stands.</param>
    MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress);

    /// <summary>Whether <see cref="Plan"/> needs <see cref="SampleContext.PatchWeights"/> at this point of the run.</summary>
    /// <param name="progress">Where the run stands.</param>
    bool NeedsPatchWeights(TrainingProgress progress);

    /// <summary>Plans one image. Patches in neither list are thrown.</summary>
    /// <param name="context">The image's grid, progress, weights and random stream.</param>
    /// <param name="visible">Filled with the numbers of the visible patches, <c>[v]</c>.</param>
    /// <param name="masked">Filled with the numbers of the masked patches, <c>[m]</c>, followed by those that stay visible after all.</param>
    /// <returns>How many patches of the <paramref name="masked"/> list are masked: all m, or fewer if the strategy <see cref="VariesBetweenImages"/>.</returns>
    int Plan(in SampleContext context, Span<int> visible, Span<int> masked);
}
