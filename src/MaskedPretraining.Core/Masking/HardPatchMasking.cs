using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>
/// Hard patches mining (HPM, Wang et al. 2023): a second decoder learns how large the loss of each patch will be, and a share of the masks that grows over the run lies where a moving average of the model
/// expects the largest losses.
/// </summary>
/// <remarks>
/// The plans made here are random; a pre-training run puts the hard patches into those of its training batches. Validation and previews keep the random ones, so that their losses can be compared. Thread safe.
/// </remarks>
public sealed class HardPatchMasking : IMaskingStrategy
{
    private readonly HardPatchOptions _options;
    private readonly RandomMasking _random;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Ratio and share; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public HardPatchMasking(HardPatchOptions? options = null)
    {
        _options = (options ?? new HardPatchOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(HardPatchOptions));
        _random = new RandomMasking(_options.MaskRatio);
    }

    /// <summary>A copy of the options.</summary>
    public HardPatchOptions Options => _options.Clone();

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The ratio leaves no visible or fewer than two masked patches on this grid.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => _options.CountsOn(grid);

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    /// <inheritdoc/>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked) => _random.Plan(context, visible, masked);

    /// <summary>Name and all options.</summary>
    public override string ToString() => $"{nameof(HardPatchMasking)} {_options}";
}
