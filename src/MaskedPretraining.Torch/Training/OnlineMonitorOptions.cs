using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Torch.Training;

/// <summary>What is measured of an encoder while it is pre-trained, and how often.</summary>
public sealed class OnlineMonitorOptions
{
    /// <summary>Epochs between measurements. The last epoch is always measured.</summary>
    /// <value>At least 1. Default 10. A measurement costs one pass of the encoder over bank and queries, nothing masked, and a probe on the features.</value>
    public int EveryEpochs { get; set; } = 10;

    /// <summary>Which tokens make the features.</summary>
    /// <value>Default <see cref="TokenPooling.ClassToken"/>. Not <see cref="TokenPooling.MeanThenNorm"/>, whose normalisation only fine-tuning trains.</value>
    public TokenPooling Pooling { get; set; } = TokenPooling.ClassToken;

    /// <summary>The nearest-neighbour classifier.</summary>
    /// <value>Default: DINO's, 20 neighbours at temperature 0.07.</value>
    public KnnOptions Knn { get; set; } = new();

    /// <summary>How the linear probe is trained, from nothing each time, on features that were computed once.</summary>
    /// <value>Default <see cref="LinearProbeOptions.Fast"/>.</value>
    public LinearProbeOptions Probe { get; set; } = LinearProbeOptions.Fast();

    /// <summary>An independent copy.</summary>
    public OnlineMonitorOptions Clone()
    {
        var copy = (OnlineMonitorOptions)MemberwiseClone();
        (copy.Knn, copy.Probe) = (Knn.Clone(), Probe.Clone());
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(EveryEpochs >= 1, nameof(EveryEpochs), EveryEpochs, "be at least 1");
        errors.Require(Pooling is { Mean: not PatchMean.BeforeNorm }, nameof(Pooling), Pooling, "be set and end with the encoder's own normalisation");
        errors.Require(Knn is not null, nameof(Knn), Knn, "be set");
        errors.Require(Probe is not null, nameof(Probe), Probe, "be set");
        Knn?.Validate(errors);
        Probe?.Validate(errors);
    }
}
