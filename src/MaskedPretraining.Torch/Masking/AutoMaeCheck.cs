using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Masking;

/// <summary>Holds AutoMAE's provider and networks against the run they are to be part of.</summary>
internal static class AutoMaeCheck
{
    /// <summary>Notes what cannot work together.</summary>
    public static void Options(PretrainerOptions options, OptionErrors errors)
    {
        if (options.Masking is not AutoMaeMasking masking)
        {
            return;
        }

        var (model, provider) = (options.Architecture, masking.Provider.Architecture);
        errors.Require(
            SizesOf(provider) == SizesOf(model),
            "Attention provider",
            Describe(provider),
            $"see the same crops in the same patches as the encoder being trained, {Describe(model)} (give a provider that was trained so, or train the encoder so)");
        errors.Require(
            options.Decoder is MaeDecoderOptions,
            nameof(options.Decoder),
            options.Decoder,
            $"be {nameof(MaeDecoderOptions)} with {nameof(AutoMaeMasking)}: its generator learns from the visible tokens of an encoder that sees no others, and nothing is published for mask tokens in the encoder");
        errors.Require(
            Math.Min(model.Grid.Rows, model.Grid.Columns) >= MaskDiscriminator.MinimumSide,
            nameof(model.Grid),
            model.Grid,
            $"have at least {MaskDiscriminator.MinimumSide} rows and columns of patches with {nameof(AutoMaeMasking)}, whose discriminator halves it twice (take smaller patches or larger images)");
    }

    private static (int Height, int Width, int Channels, int Patch) SizesOf(VisionTransformerOptions options) => (options.ImageHeight, options.ImageWidth, options.Channels, options.PatchSize);

    private static string Describe(VisionTransformerOptions options) =>
        $"{options.ImageHeight}x{options.ImageWidth}x{options.Channels} pixels in {options.Grid} patches of {options.PatchSize}";
}
