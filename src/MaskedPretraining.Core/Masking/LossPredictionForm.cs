namespace MaskedPretraining.Core.Masking;

/// <summary>What hard patches mining (HPM, Wang et al. 2023) teaches its second decoder about the losses of masked patches.</summary>
public enum LossPredictionForm
{
    /// <summary>Which of two patches of an image has the larger loss; HPM's choice.</summary>
    Relative,

    /// <summary>The losses themselves, standardised in each image.</summary>
    Absolute,
}
