using System.Text.Json;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Comparison;

namespace MaskedPretraining.ML;

public sealed partial class EvaluationProtocol
{
    /// <summary>Mean intersection over union of a linear segmentation probe on patch tokens, see <see cref="MaskedPretrainingCatalog.SegmentationProbe"/>. The seed decides first weights and order.</summary>
    /// <param name="maskColumnName">Masks of the data sets' images. Labels are not needed.</param>
    /// <param name="options">Classes and training; its seed is replaced. Null: object masks.</param>
    /// <remarks>Encoders need weights: those of this library's transformers, of checkpoints, or untrained.</remarks>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public static EvaluationProtocol Segmentation(string maskColumnName = "Mask", SegmentationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(maskColumnName);
        options = (options ?? new SegmentationOptions()).Clone();
        options.Training.Seed = 0;
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(SegmentationOptions));
        ProtocolResult Run(EvaluationSubject subject, ulong seed, CancellationToken cancellation)
        {
            var seeded = options.Clone();
            seeded.Training.Seed = seed;
            var ml = subject.Context.MaskedPretraining;
            using var probe = ml.SegmentationProbe(subject.Weights, maskColumnName, subject.Data.ImageColumnName, seeded, cancellation).Fit(subject.Data.Train);
            // A probe that was stopped early is no result.
            cancellation.ThrowIfCancellationRequested();
            return new ProtocolResult(ml.EvaluateSegmentation(probe.Transform(subject.Data.Test), seeded.ScoreColumnName, maskColumnName, seeded.Masks).MeanIou);
        }

        return new EvaluationProtocol("segmentation mIoU", $"segmentation {JsonSerializer.Serialize(options)}", isSeeded: true, Run, maskColumnName);
    }
}
