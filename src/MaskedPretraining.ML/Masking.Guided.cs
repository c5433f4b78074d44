using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <content>Strategies that a map of each image guides: the attention of the encoder being trained, or a column.</content>
public sealed partial class Masking
{
    /// <summary>Attention-driven masking and throwing (AMT, Gui et al. 2022): what the encoder being trained attends to is masked, some of the rest is thrown away and costs nothing.</summary>
    /// <param name="maskRatio">Share of masked patches in the guided epochs, between 0 and 1, both excluded.</param>
    /// <param name="throwRatio">Share of thrown patches in the guided epochs; with <paramref name="maskRatio"/> less than 1.</param>
    /// <exception cref="InvalidOptionsException">The ratios lie outside their ranges.</exception>
    /// <remarks>The first tenth of the epochs masks 75 % at random; maps are made anew every tenth of the run. The other overloads change both.</remarks>
    public static Masking AttentionDriven(double maskRatio = 0.45, double throwRatio = 0.40) =>
        AttentionDriven(new AttentionDrivenMaskingOptions { MaskRatio = maskRatio, ThrowRatio = throwRatio });

    /// <summary>Attention-driven masking and throwing with all its options, guided by the encoder being trained.</summary>
    /// <param name="options">Ratios, mode, units and schedule; copied.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public static Masking AttentionDriven(AttentionDrivenMaskingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(new AttentionDrivenMasking(options), Describe(options));
    }

    /// <summary>Attention-driven masking and throwing, guided by the maps of a column.</summary>
    /// <param name="mapColumnName">The column.</param>
    /// <param name="options">Ratios, mode and units; copied. Without a start epoch masks are guided from the first epoch on, since the maps are there.</param>
    /// <exception cref="ArgumentException">The column name is empty.</exception>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public static Masking AttentionDriven(string mapColumnName, AttentionDrivenMaskingOptions? options = null)
    {
        options = options?.Clone() ?? new();
        options.StartEpoch ??= 0;
        return new(new AttentionDrivenMasking(options), Describe(options), Checked(mapColumnName));
    }

    /// <summary>Attention-guided token masking (AttMask, Kakogeorgiou et al. 2022): what the encoder being trained attends to most, or least, is masked.</summary>
    /// <param name="options">Mode, ratios and schedule; copied. Null (default): the 30 % most attended; random masks in the first tenth of the epochs.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public static Masking AttentionTop(AttentionTopMaskingOptions? options = null)
    {
        options ??= new();
        return new(new AttentionTopMasking(options), Describe(options));
    }

    /// <summary>Attention-guided token masking, guided by the maps of a column.</summary>
    /// <param name="mapColumnName">The column.</param>
    /// <param name="options">Mode and ratios; copied. Without a start epoch masks are guided from the first epoch on, since the maps are there.</param>
    /// <exception cref="ArgumentException">The column name is empty.</exception>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public static Masking AttentionTop(string mapColumnName, AttentionTopMaskingOptions? options = null)
    {
        options = options?.Clone() ?? new();
        options.StartEpoch ??= 0;
        return new(new AttentionTopMasking(options), Describe(options), Checked(mapColumnName));
    }

    /// <summary>Semantic-guided masking (SemMAE, Li et al. 2022): a share of each part of the object at the start, whole parts towards the end.</summary>
    /// <param name="partColumnName">The column with the part number of each map cell, whole numbers from 0 to 255; cells are never mixed.</param>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded.</param>
    /// <param name="gamma">How late whole parts are masked, greater than 0.</param>
    /// <exception cref="ArgumentException">The column name is empty.</exception>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public static Masking Parts(string partColumnName, double maskRatio = RandomMasking.DefaultRatio, double gamma = 2) =>
        new(new PartMasking(maskRatio, gamma), FormattableString.Invariant($"parts, {maskRatio:0.##} masked"), Checked(partColumnName));

    /// <summary>Object prior (pilot study of AutoMAE, Chen et al. 2023): patches of the object are masked with a higher probability.</summary>
    /// <param name="mapColumnName">The column with the object: 1 inside, 0 outside, or anything between.</param>
    /// <param name="strength">What a prior of 1 adds to a patch's random number in 0..1, at least 0. At 75 % masked everything from 1/3 on is the same if the object has a quarter of the patches.</param>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded.</param>
    /// <exception cref="ArgumentException">The column name is empty.</exception>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public static Masking ObjectPrior(string mapColumnName, double strength = 0.2, double maskRatio = RandomMasking.DefaultRatio) =>
        new(new ObjectPriorMasking(strength, maskRatio), FormattableString.Invariant($"object prior {strength:0.##}, {maskRatio:0.##} masked"), Checked(mapColumnName));

    /// <summary>The mask is what a column says: the patches with its highest values, ties at random.</summary>
    /// <param name="mapColumnName">The column.</param>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded.</param>
    /// <exception cref="ArgumentException">The column name is empty.</exception>
    /// <exception cref="InvalidOptionsException">The ratio lies outside its range.</exception>
    public static Masking FromMap(string mapColumnName, double maskRatio = RandomMasking.DefaultRatio) =>
        new(new MapMasking(maskRatio), FormattableString.Invariant($"highest values, {maskRatio:0.##} masked"), Checked(mapColumnName));

    private static string Describe(AttentionDrivenMaskingOptions options) =>
        FormattableString.Invariant($"attention-driven, {options.MaskRatio:0.##} masked, {(options.Mode == ThrowMode.None ? 0 : options.ThrowRatio):0.##} thrown");

    private static string Describe(AttentionTopMaskingOptions options) => FormattableString.Invariant($"attention-guided ({options.Mode}), {options.MaskRatio:0.##} masked");
}
