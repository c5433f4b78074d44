using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;

namespace MaskedPretraining.Torch.Training;

/// <summary>What a pre-training run leaves.</summary>
/// <param name="Encoder">The encoder, in single precision.</param>
/// <param name="Autoencoder">Encoder and decoder under MAE's names, in single precision.</param>
/// <param name="Metrics">One entry an epoch that ended, in order, earlier parts of a resumed run included.</param>
/// <param name="WasCancelled">Whether the run was cancelled before its last epoch ended; the weights are then those of the last step.</param>
public sealed record PretrainingResult(EncoderWeights Encoder, StateDictionary Autoencoder, IReadOnlyList<PretrainingMetrics> Metrics, bool WasCancelled)
{
    /// <summary>The mask generator after the last step; null where masks are not AutoMAE's.</summary>
    public MaskGeneratorWeights? MaskGenerator { get; init; }

    /// <summary>Takes what a run leaves out of all its weights.</summary>
    internal static PretrainingResult Of(StateDictionary autoencoder, PretrainerOptions options, IReadOnlyList<PretrainingMetrics> metrics, bool wasCancelled)
    {
        var encoder = new EncoderWeights(options.Architecture.Clone(), Some(autoencoder, name => !MaskedImageModel.IsForTrainingOnly(name)));
        return new PretrainingResult(encoder, autoencoder, metrics, wasCancelled)
        {
            MaskGenerator = options.Masking is AutoMaeMasking masking
                ? new MaskGeneratorWeights(masking.Provider, masking.Options.Generator, Some(autoencoder, name => name.StartsWith(Models.MaskGenerator.Prefix, StringComparison.Ordinal)))
                : null,
        };
    }

    private static StateDictionary Some(StateDictionary all, Func<string, bool> isWanted)
    {
        var some = new StateDictionary();
        foreach (string name in all.Names.Where(isWanted))
        {
            some[name] = all[name];
        }

        return some;
    }
}
