using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Training;

/// <summary>Everything that decides a pre-training run. The defaults are MAE's recipe (He et al. 2022, table 8), with normalised pixels as in its released models.</summary>
public sealed class PretrainerOptions
{
    /// <summary>The encoder.</summary>
    /// <value>Default: ViT-Ti for 224 x 224 pixels, patch 16.</value>
    public VisionTransformerOptions Architecture { get; set; } = VisionTransformerOptions.Tiny();

    /// <summary>The decoder, which only training needs, and with it where mask tokens enter: <see cref="MaeDecoderOptions"/> or <see cref="LinearDecoderOptions"/>.</summary>
    /// <value>Default: MAE's, 512 wide and 8 deep. For ViT-Ti and ViT-S a smaller one is many times as fast.</value>
    public DecoderOptions Decoder { get; set; } = new MaeDecoderOptions();

    /// <summary>Which patches are masked, which thrown.</summary>
    /// <value>Default: random masking of 75 %.</value>
    public IMaskingStrategy Masking { get; set; } = new RandomMasking();

    /// <summary>What is predicted about a masked patch.</summary>
    /// <value>Default <see cref="ReconstructionTarget.NormalizedPixels"/>.</value>
    public ReconstructionTarget Target { get; set; } = ReconstructionTarget.NormalizedPixels;

    /// <summary>How far a prediction is from its target.</summary>
    /// <value>Default <see cref="ReconstructionError.Squared"/>. SimMIM has <see cref="ReconstructionError.Absolute"/>.</value>
    public ReconstructionError Error { get; set; } = ReconstructionError.Squared;

    /// <summary>Weight of U-MAE's uniformity term (Zhang et al. 2022), which drives the class tokens of a batch apart: the mean over all pairs of images of their squared cosine.</summary>
    /// <value>At least 0; U-MAE has 0.01. Default 0: none. Needs the whole batch at once and so more memory.</value>
    public double UniformityWeight { get; set; }

    /// <summary>First weights.</summary>
    /// <value>Default <see cref="WeightInitialization.Mae"/>.</value>
    public WeightInitialization Initialization { get; set; } = WeightInitialization.Mae;

    /// <summary>Stochastic depth (Huang et al. 2016): the share of images whose branches are left out in the last block; it rises linearly from 0 over the encoder's blocks.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0. SimMIM has 0.1.</value>
    public double DropPath { get; set; }

    /// <summary>Epochs.</summary>
    /// <value>At least 0; 0 gives an untrained encoder. Default 400.</value>
    public int Epochs { get; set; } = 400;

    /// <summary>Images in a batch.</summary>
    /// <value>At least 1. Default 128. A source with fewer images gives one smaller batch an epoch.</value>
    public int BatchSize { get; set; } = 128;

    /// <summary>Images whose activations lie in memory at once where autograd records the pass; the gradients of a batch's parts are added up, the step is the same but for rounding.</summary>
    /// <value>At least 1; null (default): the whole batch. Where the written-out passes of the CPU do the work, they choose their parts themselves. Not together with <see cref="UniformityWeight"/>.</value>
    public int? MicroBatchSize { get; set; }

    /// <summary>Optimizer and learning rate.</summary>
    /// <value>Default: MAE's.</value>
    public OptimizationOptions Optimization { get; set; } = new();

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

    /// <summary>Whether the CPU does the work where <see cref="Device"/> is <see cref="ComputeDevice.Cuda"/> and there is no such device; <see cref="Pretrainer.DeviceWarning"/> then says so.</summary>
    /// <value>Default false: it is an error.</value>
    public bool FallbackToCpu { get; set; }

    /// <summary>The number format of matrix products and activations; weights, moments and losses are single precision whatever it is.</summary>
    /// <value>Default <see cref="ComputePrecision.Auto"/>.</value>
    public ComputePrecision Precision { get; set; } = ComputePrecision.Auto;

    /// <summary>Whether even the CPU is worked with like a device that must not be waited for, so that this way can be tried without one.</summary>
    internal bool TreatsCpuAsOtherDevice { get; set; }

    /// <summary>Threads that load images. Results do not depend on it.</summary>
    /// <value>0 to 256. Default 0: half the machine's cores, at least 1 and at most 8.</value>
    public int LoaderThreads { get; set; }

    /// <summary>Epochs between checkpoints, if there is a run folder. One is also written at the end and when the run is cancelled.</summary>
    /// <value>At least 1. Default 1.</value>
    public int CheckpointEveryEpochs { get; set; } = 1;

    /// <summary>Epochs between validations, if there are validation images. The last epoch is always validated.</summary>
    /// <value>At least 1. Default 1.</value>
    public int ValidateEveryEpochs { get; set; } = 1;

    /// <summary>An independent copy; the masking strategy is shared.</summary>
    public PretrainerOptions Clone()
    {
        var copy = (PretrainerOptions)MemberwiseClone();
        copy.Guidance = Guidance?.Clone();
        (copy.Architecture, copy.Decoder, copy.Crop, copy.Optimization) = (Architecture.Clone(), Decoder.Clone(), Crop.Clone(), Optimization.Clone());
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
        Optimization.Validate(errors, Epochs);
        Target.Validate(errors, Architecture);
        errors.Require(Masking is not null, nameof(Masking), Masking, "be a masking strategy");
        errors.Require(
            Masking is not { VariesBetweenImages: true } || Decoder.MaskTokensEnterEncoder,
            nameof(Masking),
            Masking,
            $"mask the same number of patches in each image, as a decoder with mask tokens cannot batch others (take {nameof(LinearDecoderOptions)}, or a strategy with exact counts)");
        errors.Require(Enum.IsDefined(Error), nameof(Error), Error, "be Squared or Absolute");
        errors.Require(UniformityWeight >= 0 && double.IsFinite(UniformityWeight), nameof(UniformityWeight), UniformityWeight, "be at least 0 and finite");
        errors.Require(MicroBatchSize is null or >= 1, nameof(MicroBatchSize), MicroBatchSize, "be null or at least 1");
        errors.Require(MicroBatchSize is null || UniformityWeight == 0, nameof(MicroBatchSize), MicroBatchSize, $"be null with {nameof(UniformityWeight)} {UniformityWeight}, which compares all images of a batch");
        errors.Require(Enum.IsDefined(Initialization), nameof(Initialization), Initialization, "be Mae, SimMim or MaskFeat");
        errors.Require(DropPath is >= 0 and < 1, nameof(DropPath), DropPath, "be at least 0 and less than 1");
        errors.Require(Epochs >= 0, nameof(Epochs), Epochs, "be at least 0");
        errors.Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "be at least 1");
        errors.Require(Enum.IsDefined(HeadNormalization), nameof(HeadNormalization), HeadNormalization, "be a way to normalise heads");
        errors.Require(Enum.IsDefined(Device), nameof(Device), Device, "be Auto, Cpu or Cuda");
        errors.Require(Enum.IsDefined(Precision), nameof(Precision), Precision, "be Auto, Float32 or BFloat16");
        errors.Require(LoaderThreads is >= 0 and <= 256, nameof(LoaderThreads), LoaderThreads, "lie between 0 (the library chooses) and 256");
        errors.Require(CheckpointEveryEpochs >= 1, nameof(CheckpointEveryEpochs), CheckpointEveryEpochs, "be at least 1");
        errors.Require(ValidateEveryEpochs >= 1, nameof(ValidateEveryEpochs), ValidateEveryEpochs, "be at least 1");
        Guidance?.Validate(errors);
        HardPatchCheck.Options(this, errors);
        AutoMaeCheck.Options(this, errors);
    }
}
