namespace MaskedPretraining.Torch.Training;

/// <summary>How learned masks stand: means over the steps of an epoch so far. What a method does not have is null.</summary>
public sealed record LearnedMaskingMetrics
{
    /// <summary>Below this <see cref="GeneratorEntropy"/> a generator has collapsed: of N patches it chooses between fewer than the root of N.</summary>
    public const double LeastEntropy = 0.5;

    /// <summary>Below this <see cref="DiscriminatorLoss"/> the discriminator always wins, and its gradient tells the generator nothing any more; 1 is what scores that are of no use have.</summary>
    public const double LeastDiscriminatorLoss = 0.05;

    private static readonly (string Name, Func<LearnedMaskingMetrics, double?> Of)[] Measures =
    [
        ("guided_share", metrics => metrics.GuidedShare),
        ("guided_top_quarter_share", metrics => metrics.GuidedTopQuarterShare),
        ("masked_top_quarter_share", metrics => metrics.MaskedTopQuarterShare),
        ("generator_entropy", metrics => metrics.GeneratorEntropy),
        ("generator_loss", metrics => metrics.GeneratorLoss),
        ("discriminator_loss", metrics => metrics.DiscriminatorLoss),
        ("rectangle_score", metrics => metrics.RectangleScore),
        ("generator_score", metrics => metrics.GeneratorScore),
        ("hard_share", metrics => metrics.HardShare),
        ("hard_loss", metrics => metrics.HardLoss),
        ("other_loss", metrics => metrics.OtherLoss),
        ("reconstruction_loss", metrics => metrics.ReconstructionLoss),
        ("loss_order_agreement", metrics => metrics.LossOrderAgreement),
    ];

    /// <summary>Share of the patches chosen by what is learned that are masked.</summary>
    /// <value>0 to 1. The mask ratio, if the choice has no effect.</value>
    public double? GuidedShare { get; init; }

    /// <summary>Share of the patches chosen by the generator that belong to the quarter of the patches that the provider's heads look at most, on average.</summary>
    /// <value>0 to 1; 0.25 by chance.</value>
    public double? GuidedTopQuarterShare { get; init; }

    /// <summary>Share of the masked patches that belong to that quarter.</summary>
    /// <value>0 to 1; 0.25 by chance, at most 0.25 / mask ratio.</value>
    public double? MaskedTopQuarterShare { get; init; }

    /// <summary>Entropy of the generator's probabilities, divided by the largest possible, log N.</summary>
    /// <value>0 (one patch) to 1 (all patches alike).</value>
    public double? GeneratorEntropy { get; init; }

    /// <summary>The generator's part of the game: <c>mean (D(generated) - 1)²</c>, not weighted.</summary>
    public double? GeneratorLoss { get; init; }

    /// <summary>The discriminator's: <c>mean (D(rectangle) - 1)² + mean D(generated)²</c>, before its step.</summary>
    public double? DiscriminatorLoss { get; init; }

    /// <summary>The discriminator's mean score of random rectangles, whose label is 1.</summary>
    public double? RectangleScore { get; init; }

    /// <summary>The discriminator's mean score of what the generator made, whose label is 0, before its step.</summary>
    public double? GeneratorScore { get; init; }

    /// <summary>Hard patches: share of the masked patches that are the hardest by prediction; the others are random.</summary>
    /// <value>0 to 1; grows from epoch to epoch.</value>
    public double? HardShare { get; init; }

    /// <summary>Hard patches: mean reconstruction error of those. Where predictions are of use it lies above <see cref="OtherLoss"/>.</summary>
    public double? HardLoss { get; init; }

    /// <summary>Hard patches: mean reconstruction error of the other masked patches.</summary>
    public double? OtherLoss { get; init; }

    /// <summary>Hard patches: mean reconstruction error of all masked patches; <see cref="PretrainingMetrics.Loss"/> has the loss of the predicted losses in it too.</summary>
    public double? ReconstructionLoss { get; init; }

    /// <summary>Hard patches: share of the pairs of masked patches of an image whose losses the second decoder puts in the right order.</summary>
    /// <value>0 to 1; 0.5 by chance.</value>
    public double? LossOrderAgreement { get; init; }

    /// <summary>Why these masks are not learned any more, as a sentence with what to do; null if all is well. Means over few steps may look so too: judge an epoch at its end.</summary>
    public string? Collapse =>
        GeneratorEntropy < LeastEntropy
            ? FormattableString.Invariant($"The mask generator has collapsed: its entropy is {GeneratorEntropy:0.000} of the largest, below {LeastEntropy}, so that it puts nearly all of its probability on a few patches. Lower AdversarialWeight or the learning rate, or set MapScale to null.")
            : DiscriminatorLoss < LeastDiscriminatorLoss
                ? FormattableString.Invariant($"The discriminator is saturated: its loss is {DiscriminatorLoss:0.000}, below {LeastDiscriminatorLoss}, so that it tells the generator nothing. Lower DiscriminatorLearningRatePer256, or show it jittered probabilities in place of samples.")
                : null;

    /// <summary>All that is known, under the names of the log.</summary>
    internal IEnumerable<(string Name, double Value)> Values() =>
        from measure in Measures
        let value = measure.Of(this)
        where value is not null
        select (measure.Name, value.Value);

    /// <summary>The opposite of <see cref="Values"/>.</summary>
    /// <returns>Null if none of the values is one of learned masks.</returns>
    internal static LearnedMaskingMetrics? Of(IReadOnlyDictionary<string, double> values)
    {
        var found = new LearnedMaskingMetrics
        {
            GuidedShare = Find("guided_share"),
            GuidedTopQuarterShare = Find("guided_top_quarter_share"),
            MaskedTopQuarterShare = Find("masked_top_quarter_share"),
            GeneratorEntropy = Find("generator_entropy"),
            GeneratorLoss = Find("generator_loss"),
            DiscriminatorLoss = Find("discriminator_loss"),
            RectangleScore = Find("rectangle_score"),
            GeneratorScore = Find("generator_score"),
            HardShare = Find("hard_share"),
            HardLoss = Find("hard_loss"),
            OtherLoss = Find("other_loss"),
            ReconstructionLoss = Find("reconstruction_loss"),
            LossOrderAgreement = Find("loss_order_agreement"),
        };
        return found.Values().Any() ? found : null;

        double? Find(string name) => values.TryGetValue(name, out double value) ? value : null;
    }
}
