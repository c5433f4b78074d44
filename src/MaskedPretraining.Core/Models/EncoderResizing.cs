using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>Brings a trained encoder to images of another size: more patches of the same side, as detection and segmentation want them.</summary>
public static class EncoderResizing
{
    private const string PositionTable = "pos_embed";

    /// <summary>The encoder for images of another size.</summary>
    /// <param name="encoder">The encoder; not changed. All tensors but the table of positions are shared with the result.</param>
    /// <param name="imageHeight">Height in pixels, a multiple of the patch side.</param>
    /// <param name="imageWidth">Width in pixels, a multiple of the patch side.</param>
    /// <returns>The same function of each patch, with positions resampled bicubically as MAE does (<see cref="PositionTableResampler"/>); at its own size the encoder itself.</returns>
    /// <exception cref="InvalidOptionsException">The size is no multiple of the patch side, or positions are relative, which are not resampled.</exception>
    public static EncoderWeights Resize(EncoderWeights encoder, int imageHeight, int imageWidth)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        var given = encoder.Architecture;
        if ((given.ImageHeight, given.ImageWidth) == (imageHeight, imageWidth))
        {
            return encoder;
        }

        var wanted = given.Clone();
        (wanted.ImageHeight, wanted.ImageWidth) = (imageHeight, imageWidth);
        var errors = new OptionErrors();
        wanted.Validate(errors);
        errors.Require(given.Position != PositionEmbedding.Relative, nameof(given.Position), given.Position, "not be Relative, because a table of relative positions is not resampled");
        errors.ThrowIfAny(nameof(EncoderResizing));
        // Interpolated sines are no longer those of the new grid.
        wanted.Position = PositionEmbedding.Learned;
        var weights = new StateDictionary();
        foreach (string name in encoder.Weights.Names)
        {
            weights[name] = name == PositionTable ? Resample(encoder.Weights[name], given, wanted) : encoder.Weights[name];
        }

        return new EncoderWeights(wanted, weights);
    }

    private static TensorData Resample(TensorData table, VisionTransformerOptions given, VisionTransformerOptions wanted) => TensorData.FromSingles(
        PositionTableResampler.Resample(table.ToSingles(), 1, given.Grid, wanted.Grid, given.Width, PositionInterpolation.Size), 1, wanted.Grid.Count + 1, wanted.Width);
}
