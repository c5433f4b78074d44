using System.Text.Json;
using MaskedPretraining.ML.Comparison;
using MaskedPretraining.Torch.FineTuning;

namespace MaskedPretraining.ML;

public sealed partial class EvaluationProtocol
{
    /// <summary>Accuracy of the encoder after fine-tuning on all training images, see <see cref="MaskedPretrainingCatalog.FineTune(string, string, Core.Models.EncoderWeights, FineTuningOptions?, string?, IProgress{FineTuningMetrics}?, CancellationToken)"/>, after the last epoch. The seed decides whatever training draws.</summary>
    /// <param name="options">The recipe; its seed is replaced. Null: MAE's for ViT-B in batches of 128.</param>
    /// <remarks>Encoders need weights: those of this library's transformers, of checkpoints, or untrained. Test images are looked at once, after training, so that the best epoch is not chosen by them.</remarks>
    public static EvaluationProtocol FineTune(FineTuningOptions? options = null)
    {
        options = (options ?? new FineTuningOptions()).Clone();
        options.Seed = 0;
        ProtocolResult Run(EvaluationSubject subject, ulong seed, CancellationToken cancellation)
        {
            var seeded = options.Clone();
            seeded.Seed = seed;
            return new ProtocolResult(FineTuningTrial.Accuracy(subject, seeded, cancellation));
        }

        string part = options.TrainedBlocks is { } blocks ? $", last {blocks} blocks" : "";
        return new EvaluationProtocol($"fine-tuning{part}", $"fine-tuning {JsonSerializer.Serialize(options)}", isSeeded: true, Run);
    }
}
