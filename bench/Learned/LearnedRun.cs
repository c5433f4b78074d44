using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Learned;

/// <summary>One encoder of the comparison.</summary>
/// <param name="Metrics">One entry an epoch.</param>
/// <param name="Encoder">What was trained.</param>
/// <param name="Score">What its features are worth.</param>
internal sealed record LearnedRun(IReadOnlyList<PretrainingMetrics> Metrics, EncoderWeights Encoder, EncoderScore Score)
{
    public static LearnedRun Train(LearnedData data, IMaskingStrategy masking, int epochs, ulong seed, ReconstructionTarget? target = null)
    {
        var recipe = ML.GuidedMaeOptions.SmallImages32();
        var options = new PretrainerOptions
        {
            Architecture = data.Architecture,
            Decoder = recipe.Decoder,
            Optimization = recipe.Optimization,
            BatchSize = recipe.BatchSize,
            Masking = masking,
            Target = target ?? recipe.Target,
            Epochs = epochs,
            Seed = seed,
        };
        var result = new Pretrainer(data.Train, options, maps: new(Objects: data.Objects)).Run();
        return new LearnedRun(result.Metrics, result.Encoder, EncoderScore.Of(result.Encoder, data));
    }
}
