using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <content>Hard patches mining.</content>
public sealed partial class Masking
{
    /// <summary>Hard patches mining (HPM, Wang et al. 2023): a second decoder learns how large the loss of each patch will be, and a growing share of the masked patches are those with the largest.</summary>
    /// <param name="options">Ratio and share; copied. Null (default): 75 % masked, at the end half of them the hardest.</param>
    /// <remarks>
    /// Needs no map and no other model, but <see cref="Core.Models.MaeDecoderOptions"/> and more than twice the arithmetic of random masking. The encoder that comes out is the one trained, as in the paper's fine-tuning, not the average
    /// that predicts losses. Published with <see cref="Core.Objectives.ReconstructionTarget.Pixels"/>.
    /// </remarks>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public static Masking HardPatches(HardPatchOptions? options = null)
    {
        options ??= new();
        return new(new HardPatchMasking(options), FormattableString.Invariant($"hard patches, {options.MaskRatio:0.##} masked, up to {options.FinalShare:0.##} of them the hardest"));
    }
}
