using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Masking;

/// <summary>Holds hard patches mining against the run it is to be part of.</summary>
internal static class HardPatchCheck
{
    /// <summary>Notes what cannot work together.</summary>
    public static void Options(PretrainerOptions options, OptionErrors errors)
    {
        if (options.Masking is not HardPatchMasking)
        {
            return;
        }

        errors.Require(
            options.Decoder is MaeDecoderOptions,
            nameof(options.Decoder),
            options.Decoder,
            $"be {nameof(MaeDecoderOptions)} with {nameof(HardPatchMasking)}: what predicts the losses is a second decoder of the same shape, and nothing is published for mask tokens in the encoder");
        errors.Require(
            options.Guidance is null,
            nameof(options.Guidance),
            options.Guidance,
            $"be null with {nameof(HardPatchMasking)}, which plans its masks after the loader has weighed those of its own plan");
    }
}
