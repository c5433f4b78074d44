using MaskedPretraining.Core.Models;

namespace MaskedPretraining.ML.Training;

/// <summary>How many numbers an encoder learns.</summary>
internal static class ParameterCount
{
    public static long Of(VisionTransformerOptions architecture)
    {
        long width = architecture.Width;
        long ratio = architecture.MlpRatio;
        // Query, key, value and output with biases; two layers of the MLP with biases; two normalisations.
        long block = (4 * width * width) + (4 * width) + (2 * ratio * width * width) + ((ratio + 1) * width) + (4 * width);
        long positions = architecture.Position == PositionEmbedding.Learned ? (architecture.Grid.Count + 1) * width : 0;
        return (architecture.Depth * block) + (architecture.PatchLength * width) + width + width + positions + (2 * width);
    }
}
