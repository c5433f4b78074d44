using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <content>Strategies that look at no image and need no map.</content>
public sealed partial class Masking
{
    /// <summary>Random masking (MAE, He et al. 2022, section 3).</summary>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded.</param>
    /// <exception cref="InvalidOptionsException">The ratio lies outside its range.</exception>
    public static Masking Random(double maskRatio = RandomMasking.DefaultRatio) =>
        new(new RandomMasking(maskRatio), FormattableString.Invariant($"random, {maskRatio:0.##} masked"));

    /// <summary>Random masking of squares of patches (SimMIM, Xie et al. 2022, section 3.2).</summary>
    /// <param name="maskRatio">Share of masked units, between 0 and 1, both excluded; counts are rounded up.</param>
    /// <param name="unitSide">Patches on a side of a unit, at least 1; divides both sides of the patch grid. SimMIM's 32 pixels are 2 patches of 16.</param>
    /// <param name="throwRatio">Share of thrown units, at least 0; with <paramref name="maskRatio"/> less than 1.</param>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public static Masking RandomUnits(double maskRatio = RandomUnitMasking.DefaultRatio, int unitSide = 2, double throwRatio = 0) => new(
        new RandomUnitMasking(maskRatio, unitSide, throwRatio),
        FormattableString.Invariant($"random units of {unitSide}x{unitSide} patches, {maskRatio:0.##} masked{(throwRatio > 0 ? FormattableString.Invariant($", {throwRatio:0.##} thrown") : "")}"));

    /// <summary>Block-wise masking (BEiT, Bao et al. 2022; MaskFeat, Wei et al. 2022).</summary>
    /// <param name="options">Ratio, blocks and whether the count is exact; copied. Null (default): MaskFeat's blocks, 40 % masked, exact as in BEiT v2.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    /// <remarks>Without an exact count it needs an encoder with mask tokens; one that drops masked patches refuses it.</remarks>
    public static Masking Block(BlockMaskingOptions? options = null)
    {
        options ??= new();
        return new(new BlockMasking(options), FormattableString.Invariant($"blocks, {options.MaskRatio:0.##} masked{(options.Exact ? "" : " or less")}"));
    }

    /// <summary>Grid masking (MAE, He et al. 2022, section 4.1): one patch of every 2 x 2 stays visible, always the same one.</summary>
    /// <param name="randomPhase">Whether each image draws which one; needs even numbers of rows and columns.</param>
    public static Masking Grid(bool randomPhase = false) => new(new GridMasking(randomPhase), randomPhase ? "grid with random phase" : "grid");

    /// <summary>Uniform sampling (UM-MAE, Li et al. 2022): one patch of every 2 x 2 stays visible, drawn for each cell. Needs even numbers of rows and columns.</summary>
    public static Masking RandomizedGrid() => new(new RandomizedGridMasking(), "randomised grid");

    /// <summary>Masks from band-pass filtered noise (ColorMAE, Hinojosa et al. 2024), its best.</summary>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded.</param>
    /// <param name="narrowSigma">Standard deviation in patches of the blur that takes away finer detail; greater than 0.</param>
    /// <param name="wideSigma">Standard deviation in patches of the blur that is subtracted, taking away coarser shapes; greater than <paramref name="narrowSigma"/>.</param>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public static Masking GreenNoise(double maskRatio = RandomMasking.DefaultRatio, double narrowSigma = 1, double wideSigma = 3) =>
        new(new NoiseMasking(maskRatio, narrowSigma, wideSigma), FormattableString.Invariant($"green noise, {maskRatio:0.##} masked"));

    /// <summary>Masks from low-pass filtered noise (ColorMAE, Hinojosa et al. 2024): large blobs, its worst.</summary>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded.</param>
    /// <param name="sigma">Standard deviation of the blur in patches; at least 0.</param>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public static Masking RedNoise(double maskRatio = RandomMasking.DefaultRatio, double sigma = 1) =>
        new(new NoiseMasking(maskRatio, sigma, double.PositiveInfinity), FormattableString.Invariant($"red noise, {maskRatio:0.##} masked"));

    /// <summary>Masks from high-pass filtered noise (ColorMAE, Hinojosa et al. 2024): visible patches keep apart.</summary>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded.</param>
    /// <param name="sigma">Standard deviation in patches of the blur that is subtracted; greater than 0.</param>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public static Masking BlueNoise(double maskRatio = RandomMasking.DefaultRatio, double sigma = 1) =>
        new(new NoiseMasking(maskRatio, 0, sigma), FormattableString.Invariant($"blue noise, {maskRatio:0.##} masked"));
}
