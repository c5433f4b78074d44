using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Everything that decides how an encoder is pre-trained by <see cref="GuidedMaeEstimator"/>. The recipe is MAE's (He et al. 2022, table 8) with an encoder and a decoder for small images.</summary>
public sealed partial class GuidedMaeOptions
{
    /// <summary>The encoder.</summary>
    /// <value>Default: ViT-Ti for 96x96 pixels, patch 8.</value>
    public VisionTransformerOptions Architecture { get; set; } = VisionTransformerOptions.Tiny(imageSize: 96, patchSize: 8);

    /// <summary>The decoder, which only training needs, and with it where mask tokens enter: MAE's transformer, or the linear layer of SimMIM and MaskFeat.</summary>
    /// <value>Default: <see cref="MaeDecoderOptions"/>, 128 wide, 4 blocks, 4 heads; MAE's for 224 pixels is 512, 8, 16.</value>
    public DecoderOptions Decoder { get; set; } = new MaeDecoderOptions { Width = 128, Depth = 4, Heads = 4 };

    /// <summary>Which patches are hidden.</summary>
    /// <value>Default: 75 % at random, MAE's.</value>
    public Masking Masking { get; set; } = Masking.Random();

    /// <summary>What makes some hidden patches count more than others in the loss. Independent of <see cref="Masking"/>; both may be guided, by the same column or by two.</summary>
    /// <value>Null (default): all count the same.</value>
    public LossGuidance? Guidance { get; set; }

    /// <summary>What is predicted about a hidden patch.</summary>
    /// <value>Default <see cref="ReconstructionTarget.NormalizedPixels"/> (MAE, section 4, reconstruction target).</value>
    public ReconstructionTarget Target { get; set; } = ReconstructionTarget.NormalizedPixels;

    /// <summary>How far a prediction is from its target.</summary>
    /// <value>Default <see cref="ReconstructionError.Squared"/>; SimMIM has <see cref="ReconstructionError.Absolute"/>.</value>
    public ReconstructionError Error { get; set; } = ReconstructionError.Squared;

    /// <summary>Weight of U-MAE's uniformity term, which drives the class tokens of a batch apart.</summary>
    /// <value>At least 0; U-MAE has 0.01. Default 0: none.</value>
    public double UniformityWeight { get; set; }

    /// <summary>First weights.</summary>
    /// <value>Default <see cref="WeightInitialization.Mae"/>.</value>
    public WeightInitialization Initialization { get; set; } = WeightInitialization.Mae;

    /// <summary>Stochastic depth: the share of images whose branches are left out in the last block, rising from 0 over the blocks.</summary>
    /// <value>0 up to 1, 1 excluded. Default 0; SimMIM has 0.1.</value>
    public double DropPath { get; set; }

    /// <summary>How training images are cropped, flipped and resized.</summary>
    /// <value>Default: crops of 20 to 100 % of the area, flipped half of the time, bicubic (MAE).</value>
    public CropOptions Crop { get; set; } = new();

    /// <summary>Epochs.</summary>
    /// <value>At least 0; 0 gives an untrained encoder. Default 400.</value>
    public int Epochs { get; set; } = 400;

    /// <summary>Images in a batch.</summary>
    /// <value>At least 1. Default 128. Data with fewer images gives one smaller batch an epoch.</value>
    public int BatchSize { get; set; } = 128;

    /// <summary>Images whose activations lie in memory at once; the gradients of a batch's parts are added up.</summary>
    /// <value>At least 1; null (default): the whole batch. For large batches on a GPU.</value>
    public int? MicroBatchSize { get; set; }

    /// <summary>Optimizer and learning rate.</summary>
    /// <value>Default: MAE's for ImageNet, 1.5e-4 a 256; a few thousand images want far more, the small presets take 6e-3.</value>
    public OptimizationOptions Optimization { get; set; } = new();

    /// <summary>Where to train.</summary>
    /// <value>Default <see cref="ComputeDevice.Auto"/>: the first CUDA device if there is one, else the CPU.</value>
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <summary>Whether the CPU does the work where <see cref="Device"/> is <see cref="ComputeDevice.Cuda"/> and there is no such device; a warning in the log then says so.</summary>
    /// <value>Default false: it is an error.</value>
    public bool FallbackToCpu { get; set; }

    /// <summary>The number format of matrix products.</summary>
    /// <value>Default <see cref="ComputePrecision.Auto"/>: bfloat16 where a short trial shows that it is sound and faster, else single precision.</value>
    public ComputePrecision Precision { get; set; } = ComputePrecision.Auto;

    /// <summary>Decides initial weights, order, crops and masks.</summary>
    /// <value>Null (default): drawn once from the MLContext's generator when the estimator is made, so that MLContext(seed) decides. The same seed on the same machine gives the same encoder bit for bit.</value>
    public ulong? Seed { get; set; }

    /// <summary>How an image's tokens become its feature vector.</summary>
    /// <value>Default <see cref="FeaturePooling.Cls"/>.</value>
    public FeaturePooling Pooling { get; set; } = FeaturePooling.Cls;

    /// <summary>Name of a column with all patch tokens, <c>[N, D]</c>, class token not counted.</summary>
    /// <value>Null (default): no such column.</value>
    public string? PatchesColumnName { get; set; }

    /// <summary>Name of a column with the attention of the class token over the patch grid, <c>[R, C]</c> in 0..1.</summary>
    /// <value>Null (default): no such column.</value>
    public string? AttentionColumnName { get; set; }

    /// <summary>How the heads of the last block become one attention map, for masks that the encoder guides itself and for <see cref="AttentionColumnName"/>.</summary>
    /// <value>Default <see cref="HeadNormalization.PerHeadThenMean"/>, AMT's code; its paper has <see cref="HeadNormalization.MeanThenMinMax"/>.</value>
    public HeadNormalization HeadNormalization { get; set; } = HeadNormalization.PerHeadThenMean;

    /// <summary>Column with the object of each image, by which <see cref="PretrainingMetrics.ObjectOverlap"/> tells how much of the masks lies on objects, whatever the masking. It decides nothing.</summary>
    /// <value>Null (default): that is not told. Masks as images (more than half bright inside) or vectors of Byte <c>[height, width]</c> (not 0 inside), or maps as in <see cref="Masking"/>, 0 to 1, or boxes.</value>
    public string? ObjectColumnName { get; set; }

    /// <summary>Folder that keeps options, metrics and checkpoints. If it holds an unfinished run with the same options, fitting goes on where that one stopped, bit for bit.</summary>
    /// <value>Null (default): nothing is kept. With a folder name a <see cref="Seed"/> too, or make the context with one: a run drawn from another seed is another run and is refused.</value>
    public string? RunFolder { get; set; }

    /// <summary>Folder that keeps the maps of map columns, so that fitting again does not make them again. Only columns that say what made their maps are kept, which those of AttentionMap do.</summary>
    /// <value>Null (default): <see cref="RunFolder"/>; without one maps are kept for the time of fitting. May be shared by runs on the same or other images.</value>
    public string? MapCacheFolder { get; set; }

    /// <summary>Epochs between checkpoints in <see cref="RunFolder"/>. One is also written at the end and on cancellation.</summary>
    /// <value>At least 1. Default 1.</value>
    public int CheckpointEveryEpochs { get; set; } = 1;

    /// <summary>Images on which the loss is measured, with masks that never change.</summary>
    /// <value>Null (default): none. <see cref="GuidedMaeEstimator.Fit(IDataView, IDataView)"/> takes its argument instead.</value>
    public IDataView? ValidationSet { get; set; }

    /// <summary>Epochs between validations. The last epoch is always validated.</summary>
    /// <value>At least 1. Default 1.</value>
    public int ValidateEveryEpochs { get; set; } = 1;

    /// <summary>Labelled images on which the features are measured along the way by nearest neighbours and a linear probe. They are not trained on and change nothing about the run.</summary>
    /// <value>Null (default): none.</value>
    public PretrainingMonitor? Monitor { get; set; }

    /// <summary>Told after every step and every epoch.</summary>
    /// <value>Null (default): nobody.</value>
    public IProgress<PretrainingMetrics>? Progress { get; set; }

    /// <summary>Called on the training thread after every epoch.</summary>
    /// <value>Null (default): nothing.</value>
    public Action<PretrainingMetrics>? MetricsCallback { get; set; }

    /// <summary>Ends training early. Fitting then returns a usable transformer with the weights so far, and a <see cref="RunFolder"/> keeps the state to go on from.</summary>
    /// <value>Default: never.</value>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Text column that names rows in messages about images that cannot be used.</summary>
    /// <value>Default <c>ImagePath</c>; rows are numbered if there is no such column.</value>
    public string RowNameColumn { get; set; } = "ImagePath";

    /// <summary>An independent copy; masking strategy, data views and callbacks are shared.</summary>
    public GuidedMaeOptions Clone()
    {
        var copy = (GuidedMaeOptions)MemberwiseClone();
        (copy.Architecture, copy.Decoder, copy.Crop, copy.Optimization) = (Architecture.Clone(), Decoder.Clone(), Crop.Clone(), Optimization.Clone());
        copy.Monitor = Monitor?.Clone();
        return copy;
    }

    /// <summary>These options for the plain MAE that makes the provider of learned masks.</summary>
    /// <param name="epochs">Its epochs.</param>
    /// <param name="seed">The run's seed; the first phase has the next one, so that the two encoders do not start alike.</param>
    internal GuidedMaeOptions FirstPhase(int epochs, ulong seed)
    {
        var copy = Clone();
        (copy.Epochs, copy.Masking, copy.Seed) = (epochs, Masking.Random(), unchecked(seed + 1));
        copy.RunFolder = RunFolder is null ? null : Path.Combine(RunFolder, "provider");
        return copy;
    }

    internal void Validate(OptionErrors errors)
    {
        var parts = new (string Name, object? Value)[]
        {
            (nameof(Architecture), Architecture), (nameof(Decoder), Decoder), (nameof(Masking), Masking), (nameof(Target), Target), (nameof(Crop), Crop), (nameof(Optimization), Optimization),
        };
        foreach (var (name, value) in parts)
        {
            errors.Require(value is not null, name, value, "be set");
        }

        if (parts.Any(part => part.Value is null))
        {
            return;
        }

        ToPretrainerOptions(0).Validate(errors);
        errors.Require(
            !Masking.LacksMaps(Epochs), nameof(Masking), Masking, "name the column with its maps, as it needs some and takes none of the encoder being trained (Masking.Custom has an argument for it)");
        errors.Require(Monitor is not { Options: null }, nameof(Monitor), Monitor, "have options");
        Monitor?.Options?.Validate(errors);
        Monitor?.Options?.Pooling?.Validate(errors, Architecture);
        errors.Require(Monitor is null || !string.IsNullOrEmpty(Monitor.LabelColumnName), nameof(Monitor.LabelColumnName), Monitor?.LabelColumnName, "be a name");
        errors.Require(ObjectColumnName is null || ObjectColumnName.Trim().Length > 0, nameof(ObjectColumnName), ObjectColumnName, "be null or a name");
        errors.Require(MapCacheFolder is null || MapCacheFolder.Trim().Length > 0, nameof(MapCacheFolder), MapCacheFolder, "be null or a path");
        errors.Require(Enum.IsDefined(Pooling), nameof(Pooling), Pooling, "be Cls, Mean or ClsAndMean");
        errors.Require(PatchesColumnName is null || PatchesColumnName.Length > 0, nameof(PatchesColumnName), "''", "be null or a name");
        errors.Require(AttentionColumnName is null || AttentionColumnName.Length > 0, nameof(AttentionColumnName), "''", "be null or a name");
        errors.Require(!string.IsNullOrEmpty(RowNameColumn), nameof(RowNameColumn), RowNameColumn, "be a name");
        errors.Require(RunFolder is null || RunFolder.Trim().Length > 0, nameof(RunFolder), RunFolder, "be null or a path");
    }

    internal PretrainerOptions ToPretrainerOptions(ulong seed) => new()
    {
        Architecture = Architecture,
        Decoder = Decoder,
        Masking = Masking.Strategy,
        Guidance = Guidance?.Options,
        Target = Target,
        Error = Error,
        UniformityWeight = UniformityWeight,
        Initialization = Initialization,
        DropPath = DropPath,
        Crop = Crop,
        Optimization = Optimization,
        Epochs = Epochs,
        BatchSize = BatchSize,
        MicroBatchSize = MicroBatchSize,
        HeadNormalization = HeadNormalization,
        Device = Device,
        FallbackToCpu = FallbackToCpu,
        Precision = Precision,
        Seed = Seed ?? seed,
        CheckpointEveryEpochs = CheckpointEveryEpochs,
        ValidateEveryEpochs = ValidateEveryEpochs,
    };
}
