namespace MaskedPretraining.Core.Masking;

/// <summary>Where a training run stands.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Epochs">Epochs in all.</param>
public readonly record struct TrainingProgress(int Epoch, int Epochs)
{
    /// <summary>Share of the run behind us, 0 to 1.</summary>
    public double Fraction => (double)Epoch / Epochs;
}
