using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>Everything that decides a fine-tuning run. The defaults are MAE's for ViT-B (He et al. 2022; the released command), with batches of 128 instead of 1,024.</summary>
public sealed partial class FineTuningOptions
{
    /// <summary>What the classifier reads of the encoder's tokens.</summary>
    /// <value>Default <see cref="TokenPooling.MeanThenNorm"/>, as MAE, SimMIM and MaskFeat do. <see cref="TokenPooling.ClassToken"/> is AMT's on SimMIM.</value>
    public TokenPooling Pooling { get; set; } = TokenPooling.MeanThenNorm;

    /// <summary>How many of the last blocks are trained (He et al. 2022, section 4.3); the normalisation behind the last block and the head always are.</summary>
    /// <value>0 to the encoder's blocks; 0: the head alone. Null (default): everything, embedding, class token and positions included. Frozen blocks leave no branch out in <see cref="DropPath"/>.</value>
    public int? TrainedBlocks { get; set; }

    /// <summary>Epochs.</summary>
    /// <value>At least 1. Default 100.</value>
    public int Epochs { get; set; } = 100;

    /// <summary>Images in a batch.</summary>
    /// <value>At least 1. Default 128. A set with fewer images gives one smaller batch an epoch; images left over at an epoch's end sit out.</value>
    public int BatchSize { get; set; } = 128;

    /// <summary>Images whose activations lie in memory at once where autograd records the pass; the step is the same but for rounding.</summary>
    /// <value>At least 1; null (default): the whole batch. Where the written-out passes of the CPU do the work, they choose their parts themselves.</value>
    public int? MicroBatchSize { get; set; }

    /// <summary>Optimizer and learning rate of the head; <see cref="LayerDecay"/> lowers it towards the input.</summary>
    /// <value>Default: MAE's, 5e-4 for a batch of 256, minimum 1e-6 for a batch of 1,024, warm-up over a tenth of the epochs (MAE: 5 of 100), betas 0.9 and 0.999, decay 0.05 but for class token, positions and tensors of one dimension.</value>
    public OptimizationOptions Optimization { get; set; } = DefaultOptimization();

    /// <summary>What the learning rate is multiplied by from a layer to the one before it: layer 0 are embedding, class token and positions, then the blocks, then norm and head at the full rate.</summary>
    /// <value>Greater than 0, at most 1 (the same rate everywhere). Default 0.65.</value>
    /// <remarks>The whole schedule is scaled, its minimum included, as MAE does; SimMIM's code leaves warm-up start and minimum alone.</remarks>
    public double LayerDecay { get; set; } = 0.65;

    /// <summary>Stochastic depth (Huang et al. 2016): the share of images whose branches are left out in the last block; it rises linearly from 0 over the blocks.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0.1.</value>
    public double DropPath { get; set; } = 0.1;

    /// <summary>Share of a target that is spread evenly over all classes (Szegedy et al. 2016).</summary>
    /// <value>0 up to 1, 1 excluded. Default 0.1.</value>
    public double LabelSmoothing { get; set; } = 0.1;

    /// <summary>Crops, flips, RandAugment, random erasing, mixup and CutMix of training images.</summary>
    /// <value>Default <see cref="AugmentationOptions.FineTune"/>.</value>
    public AugmentationOptions Augmentation { get; set; } = AugmentationOptions.FineTune();

    /// <summary>Epochs without a better validation after which training stops; only with validation images.</summary>
    /// <value>At least 1; null (default): all epochs. The best epoch's weights are returned either way.</value>
    public int? Patience { get; set; }

    /// <summary>Decides first weights of the head, order, augmentation, mixing and stochastic depth.</summary>
    /// <value>Any. Default 0. The same seed on the same machine gives the same run bit for bit.</value>
    public ulong Seed { get; set; }

    /// <summary>Where to train.</summary>
    /// <value>Default <see cref="ComputeDevice.Auto"/>.</value>
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <summary>Whether the CPU does the work where <see cref="Device"/> is <see cref="ComputeDevice.Cuda"/> and there is no such device; <see cref="FineTuner.DeviceWarning"/> then says so.</summary>
    /// <value>Default false: it is an error.</value>
    public bool FallbackToCpu { get; set; }

    /// <summary>The number format of matrix products and activations; weights, moments and losses are single precision whatever it is.</summary>
    /// <value>Default <see cref="ComputePrecision.Auto"/>.</value>
    public ComputePrecision Precision { get; set; } = ComputePrecision.Auto;

    /// <summary>Threads that load images. Results do not depend on it.</summary>
    /// <value>0 to 256. Default 0: half the machine's cores, at least 1 and at most 8.</value>
    public int LoaderThreads { get; set; }

    /// <summary>Epochs between checkpoints, if there is a run folder. One is also written at the end and when the run is cancelled.</summary>
    /// <value>At least 1. Default 1.</value>
    public int CheckpointEveryEpochs { get; set; } = 1;

    /// <summary>An independent copy.</summary>
    public FineTuningOptions Clone()
    {
        var copy = (FineTuningOptions)MemberwiseClone();
        (copy.Optimization, copy.Augmentation) = (Optimization.Clone(), Augmentation.Clone());
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="architecture">The encoder.</param>
    public void Validate(OptionErrors errors, VisionTransformerOptions architecture)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(architecture);
        Pooling.Validate(errors, architecture);
        Optimization.Validate(errors, Epochs);
        Augmentation.Validate(errors);
        errors.Require(Optimization.WeightAverageDecay is null, nameof(Optimization.WeightAverageDecay), Optimization.WeightAverageDecay, "be null: the best epoch's weights are kept, and no average");
        errors.Require(TrainedBlocks is null || (TrainedBlocks >= 0 && TrainedBlocks <= architecture.Depth), nameof(TrainedBlocks), TrainedBlocks, $"be null or lie from 0 to {architecture.Depth}, the encoder's blocks");
        errors.Require(Epochs >= 1, nameof(Epochs), Epochs, "be at least 1");
        errors.Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "be at least 1");
        errors.Require(MicroBatchSize is null or >= 1, nameof(MicroBatchSize), MicroBatchSize, "be null or at least 1");
        errors.Require(LayerDecay is > 0 and <= 1, nameof(LayerDecay), LayerDecay, "be greater than 0 and at most 1");
        errors.Require(DropPath is >= 0 and < 1, nameof(DropPath), DropPath, "be at least 0 and less than 1");
        errors.Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "be at least 0 and less than 1");
        errors.Require(Patience is null or >= 1, nameof(Patience), Patience, "be null or at least 1");
        errors.Require(Enum.IsDefined(Device), nameof(Device), Device, "be Auto, Cpu or Cuda");
        errors.Require(Enum.IsDefined(Precision), nameof(Precision), Precision, "be Auto, Float32 or BFloat16");
        errors.Require(LoaderThreads is >= 0 and <= 256, nameof(LoaderThreads), LoaderThreads, "lie between 0 (the library chooses) and 256");
        errors.Require(CheckpointEveryEpochs >= 1, nameof(CheckpointEveryEpochs), CheckpointEveryEpochs, "be at least 1");
    }

    /// <summary>The first block that is trained; null: the embedding is trained too.</summary>
    internal int? FirstTrainedBlock(VisionTransformerOptions architecture) => architecture.Depth - TrainedBlocks;
}
