using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>A whole image classifier in managed memory: encoder, pooling and linear head. What fine-tuning and linear probes hand to the exporter.</summary>
/// <param name="Encoder">The encoder. With <see cref="TokenPooling.MeanThenNorm"/> its final normalisation is there but not used.</param>
/// <param name="Pooling">What the head reads.</param>
/// <param name="Head">The linear layer, with batch normalisation in front of it if there is one (<see cref="LinearProbeWeights.Plain"/> makes a head without).</param>
/// <param name="PoolingNorm">The normalisation of <see cref="TokenPooling.MeanThenNorm"/>; null with any other pooling.</param>
public sealed record ImageClassifierWeights(EncoderWeights Encoder, TokenPooling Pooling, LinearProbeWeights Head, LayerNormWeights? PoolingNorm = null)
{
    /// <summary>Number of classes K.</summary>
    public int Classes => Head.Classes;

    /// <summary>Notes everything that does not fit together.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var architecture = Encoder.Architecture;
        architecture.Validate(errors);
        Pooling.Validate(errors, architecture);
        int width = Pooling.WidthOf(architecture);
        errors.Require(Head.Classes >= 2, nameof(Classes), Head.Classes, "be at least 2");
        errors.Require(
            Head.Width == width && Head.RunningVariance.Length == width && Head.Weight.LongLength == (long)width * Head.Classes,
            nameof(Head),
            $"a layer of {Head.Weight.Length} weights over {Head.Width} features",
            $"read {width} features ({Pooling}) with {width} weights a class");
        bool needsNorm = Pooling.Mean == PatchMean.BeforeNorm;
        errors.Require(
            PoolingNorm is null ? !needsNorm : needsNorm && PoolingNorm.Scale.Length == architecture.Width && PoolingNorm.Shift.Length == architecture.Width,
            nameof(PoolingNorm),
            PoolingNorm is null ? null : $"a normalisation of {PoolingNorm.Scale.Length} numbers",
            needsNorm ? $"have {architecture.Width} scales and shifts" : $"be null with the pooling {Pooling}");
    }
}
