using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Training;

/// <summary>Everything that decides a pre-training run. The defaults are MAE's recipe (He et al. 2022, table 8), with normalised pixels as in its released models.</summary>
public sealed class PretrainerOptions
{
    /// <summary>The encoder.</summary>
    /// <value>Default: ViT-Ti for 224 x 224 pixels, patch 16.</value>
    public VisionTransformerOptions Architecture { get; set; } = VisionTransformerOptions.Tiny();

    /// <summary>The decoder, which only training needs.</summary>
    /// <value>Default: MAE's, 512 wide and 8 deep. For ViT-Ti and ViT-S a smaller one is many times as fast.</value>
    public MaeDecoderOptions Decoder { get; set; } = new();

    /// <summary>Which patches are masked, which thrown.</summary>
    /// <value>Default: random masking of 75 %.</value>
    public IMaskingStrategy Masking { get; set; } = new RandomMasking();

    /// <summary>Whether each target patch is brought to mean 0 and variance 1.</summary>
    /// <value>Default true.</value>
    public bool NormalizePixels { get; set; } = true;

    /// <summary>Epochs.</summary>
    /// <value>At least 0; 0 gives an untrained encoder. Default 400.</value>
    public int Epochs { get; set; } = 400;

    /// <summary>Images in a batch.</summary>
    /// <value>At least 1. Default 128. A source with fewer images gives one smaller batch an epoch.</value>
    public int BatchSize { get; set; } = 128;

    /// <summary>Peak learning rate for a batch of 256; the rate used is this times the images in a batch / 256.</summary>
    /// <value>Greater than 0. Default 1.5e-4.</value>
    public double LearningRatePer256 { get; set; } = 1.5e-4;

    /// <summary>Learning rate at the end of the run.</summary>
    /// <value>At least 0. Default 0.</value>
    public double MinLearningRate { get; set; }

    /// <summary>Epochs over which the learning rate rises from 0.</summary>
    /// <value>At least 0 and at most <see cref="Epochs"/>; fractions are allowed; null (default): a tenth of <see cref="Epochs"/>, MAE's 40 of 400.</value>
    public double? WarmupEpochs { get; set; }

    /// <summary>Weight decay of every matrix, the class and the mask token; biases and normalisation layers have none.</summary>
    /// <value>At least 0. Default 0.05.</value>
    public double WeightDecay { get; set; } = 0.05;

    /// <summary>AdamW's share of the first moment kept a step.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0.9.</value>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>AdamW's share of the second moment kept a step.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0.95, lower than AdamW's usual 0.999.</value>
    public double Beta2 { get; set; } = 0.95;

    /// <summary>How images are cropped, flipped and resized.</summary>
    /// <value>Default: crops of 20 to 100 % of the area, flipped half of the time, bicubic.</value>
    public CropOptions Crop { get; set; } = new();

    /// <summary>How the heads of the last block become one attention map, for masking that needs one.</summary>
    /// <value>Default <see cref="HeadNormalization.PerHeadThenMean"/>.</value>
    public HeadNormalization HeadNormalization { get; set; } = HeadNormalization.PerHeadThenMean;

    /// <summary>How attention maps weigh the reconstruction error (AttG, Sick et al. 2025); the maps are given to <see cref="Pretrainer"/>.</summary>
    /// <value>Null (default): every masked patch counts the same.</value>
    public AttentionLossOptions? Guidance { get; set; }

    /// <summary>Decides initial weights, order, crops and masks.</summary>
    /// <value>Any. Default 0. The same seed on the same machine gives the same run bit for bit.</value>
    public ulong Seed { get; set; }

    /// <summary>Where to train.</summary>
    /// <value>Default <see cref="ComputeDevice.Auto"/>.</value>
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <summary>The number format of matrix products and activations; weights, moments and losses are single precision whatever it is.</summary>
    /// <value>Default <see cref="ComputePrecision.Auto"/>.</value>
    public ComputePrecision Precision { get; set; } = ComputePrecision.Auto;

    /// <summary>Threads that load images. Results do not depend on it.</summary>
    /// <value>0 to 256. Default 0: half the machine's cores, at least 1 and at most 8.</value>
    public int LoaderThreads { get; set; }

    /// <summary>Epochs between checkpoints, if there is a run folder. One is also written at the end and when the run is cancelled.</summary>
    /// <value>At least 1. Default 1.</value>
    public int CheckpointEveryEpochs { get; set; } = 1;

    /// <summary>Epochs between validations, if there are validation images. The last epoch is always validated.</summary>
    /// <value>At least 1. Default 1.</value>
    public int ValidateEveryEpochs { get; set; } = 1;

    internal double WarmupEpochsToUse => WarmupEpochs ?? 0.1 * Epochs;

    /// <summary>An independent copy; the masking strategy is shared.</summary>
    public PretrainerOptions Clone()
    {
        var copy = (PretrainerOptions)MemberwiseClone();
        copy.Guidance = Guidance?.Clone();
        (copy.Architecture, copy.Decoder, copy.Crop) = (Architecture.Clone(), Decoder.Clone(), Crop.Clone());
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Architecture.Validate(errors);
        Decoder.Validate(errors);
        Crop.Validate(errors);
        errors.Require(Masking is not null, nameof(Masking), Masking, "be a masking strategy");
        errors.Require(Epochs >= 0, nameof(Epochs), Epochs, "be at least 0");
        errors.Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "be at least 1");
        errors.Require(LearningRatePer256 > 0 && double.IsFinite(LearningRatePer256), nameof(LearningRatePer256), LearningRatePer256, "be greater than 0 and finite");
        errors.Require(MinLearningRate >= 0 && double.IsFinite(MinLearningRate), nameof(MinLearningRate), MinLearningRate, "be at least 0 and finite");
        errors.Require(WarmupEpochs is null || (WarmupEpochs >= 0 && WarmupEpochs <= Epochs), nameof(WarmupEpochs), WarmupEpochs, $"lie between 0 and Epochs {Epochs}");
        errors.Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "be at least 0 and finite");
        errors.Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "be at least 0 and less than 1");
        errors.Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "be at least 0 and less than 1");
        errors.Require(Enum.IsDefined(HeadNormalization), nameof(HeadNormalization), HeadNormalization, "be a way to normalise heads");
        errors.Require(Enum.IsDefined(Device), nameof(Device), Device, "be Auto, Cpu or Cuda");
        errors.Require(Enum.IsDefined(Precision), nameof(Precision), Precision, "be Auto, Float32 or BFloat16");
        errors.Require(LoaderThreads is >= 0 and <= 256, nameof(LoaderThreads), LoaderThreads, "lie between 0 (the library chooses) and 256");
        errors.Require(CheckpointEveryEpochs >= 1, nameof(CheckpointEveryEpochs), CheckpointEveryEpochs, "be at least 1");
        errors.Require(ValidateEveryEpochs >= 1, nameof(ValidateEveryEpochs), ValidateEveryEpochs, "be at least 1");
        Guidance?.Validate(errors);
    }
}
