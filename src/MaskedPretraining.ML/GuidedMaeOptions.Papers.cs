using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML;

/// <summary>The papers' recipes for ImageNet. This project has not run them: the figures are the papers' own. They want many GPUs for days; the small presets are what a workstation does.</summary>
public sealed partial class GuidedMaeOptions
{
    // MAE-Lite's decoders for the two small sizes, which MAE itself does not define.
    private const int TinyWidth = 192;
    private const int SmallWidth = 384;

    /// <summary>MAE (He et al. 2022, table 8; released models): 75 % at random, normalised pixels, decoder 512 wide and 8 deep.</summary>
    /// <param name="architecture">The encoder; null takes ViT-B/16 at 224 pixels. ViT-Ti and ViT-S get the decoders of MAE-Lite, 96 wide or 192 wide and 1 deep.</param>
    /// <remarks>
    /// Source: facebookresearch/mae. Command there: <c>main_pretrain.py --norm_pix_loss --mask_ratio 0.75 --epochs 800 --warmup_epochs 40 --blr 1.5e-4 --weight_decay 0.05</c> with 4,096 images a step. Hardware and
    /// time: not known to us. Expected on ImageNet for ViT-B / L / H after 1,600 epochs: linear probe 67.8 / 76.0 / 77.2 %, fine-tuned 83.7 / 86.0 / 86.9 %.
    /// </remarks>
    public static GuidedMaeOptions Mae(VisionTransformerOptions? architecture = null)
    {
        architecture ??= VisionTransformerOptions.Base();
        return new GuidedMaeOptions
        {
            Architecture = architecture,
            Decoder = DecoderFor(architecture),
            Masking = Masking.Random(),
            Epochs = 800,
            BatchSize = 4096,
            MicroBatchSize = 64,
            Optimization = new OptimizationOptions { WarmupEpochs = 40 },
        };
    }

    /// <summary>AMT on MAE (Gui et al. 2022): 45 % masked and 40 % thrown by the encoder's own attention from epoch 41 on, pixels that are not normalised.</summary>
    /// <param name="architecture">The encoder; null takes ViT-B/16 at 224 pixels.</param>
    /// <remarks>
    /// Source: the paper, and guijiejie/AMT, <c>mae-AMT</c>. Command there: 4 GPUs, batch 128, accumulation 8, <c>--blr 1.5e-4 --epochs 400</c> (its defaults mask 75 % and throw nothing, so that this command trains attention-driven masking alone).
    /// Hardware and time: not told. Expected on ImageNet for ViT-B after 400 epochs: linear probe 61.7 %, fine-tuned 82.8 %; random masking there 56.6 and 82.6 %. A step costs 0.607 of MAE's.
    /// </remarks>
    public static GuidedMaeOptions AttentionDrivenMae(VisionTransformerOptions? architecture = null)
    {
        var options = Mae(architecture);
        (options.Masking, options.Target, options.Epochs) = (Masking.AttentionDriven(), ReconstructionTarget.Pixels, 400);
        return options;
    }

    /// <summary>HPM on MAE (Wang et al. 2023): of 75 % masked a share that grows to a half lies where the largest losses are expected; pixels that are not normalised.</summary>
    /// <param name="architecture">The encoder; null takes ViT-B/16 at 224 pixels.</param>
    /// <remarks>
    /// Source: the paper, and Haochen-Wang409/HPM. Settings there: 8 GPUs, batch 32, accumulation 8, <c>--blr 1.5e-4 --warmup_epochs 40 --weight_decay 0.05 --epochs 200 --relative</c> (its released program asks for an argument that it
    /// does not declare). Time: not told. Expected on ImageNet, fine-tuned: ViT-B 83.0 % after 200 epochs, where MAE has 82.2 %, and 84.2 % after 800; ViT-L 85.8 % after 800. A step costs about 2.3 of MAE's.
    /// </remarks>
    public static GuidedMaeOptions HardPatchesMae(VisionTransformerOptions? architecture = null)
    {
        var options = Mae(architecture);
        (options.Masking, options.Target, options.Epochs, options.BatchSize) = (Masking.HardPatches(), ReconstructionTarget.Pixels, 200, 2048);
        return options;
    }

    /// <summary>AutoMAE (Chen et al. 2023) as released: learned masks of 75 % with a saturated bonus, normalised pixels.</summary>
    /// <param name="provider">The frozen encoder whose attention the generator reads; there a ViT-B after 800 epochs of MAE.</param>
    /// <param name="architecture">The encoder; null takes ViT-B/16 at 224 pixels.</param>
    /// <remarks>
    /// Source: hyperea/automae. Command there: 8 GPUs, batch 64, accumulation 8, <c>--norm_pix_loss --mask_ratio 0.75 --epochs 800 --warmup_epochs 40 --blr 1.5e-4 --weight_decay 0.05</c>. Time: not told. Expected on ImageNet for
    /// ViT-B: linear probe 66.7 % (MAE there 63.7 %), fine-tuned 83.32 % (83.26 %, which is within the noise of seeds). A step costs the provider's pass over the whole crop more, about 57 % for ViT-B, and the provider was trained before.
    /// <see cref="AutoMaeOptions.Released"/> says what is different by default.
    /// </remarks>
    public static GuidedMaeOptions AutoMae(AttentionProvider provider, VisionTransformerOptions? architecture = null)
    {
        var options = Mae(architecture);
        options.Masking = Masking.Learned(provider, AutoMaeOptions.Released());
        return options;
    }

    /// <summary>SimMIM (Xie et al. 2022): 60 % of units of 32 pixels, mask tokens in the encoder, a linear layer predicts pixels, mean absolute error.</summary>
    /// <param name="architecture">The encoder; null takes ViT-B/16 at 224 pixels with relative positions and LayerScale 0.1.</param>
    /// <remarks>
    /// Source: microsoft/SimMIM. Command there: <c>main_simmim.py</c> with the pre-training file in <c>configs/vit_base__800ep</c>; 2,048 images a step are told for its Swin models only. Hardware and time: not told.
    /// Expected on ImageNet for ViT-B: fine-tuned 83.8 %.
    /// </remarks>
    public static GuidedMaeOptions SimMim(VisionTransformerOptions? architecture = null) => new()
    {
        Architecture = architecture ?? BaseWithLayerScale(PositionEmbedding.Relative),
        Decoder = new LinearDecoderOptions(),
        Masking = Masking.RandomUnits(),
        Target = ReconstructionTarget.Pixels,
        Error = ReconstructionError.Absolute,
        Initialization = WeightInitialization.SimMim,
        DropPath = 0.1,
        Crop = new CropOptions { MinScale = 0.67, Filter = ResampleFilter.Bilinear },
        Epochs = 800,
        BatchSize = 2048,
        MicroBatchSize = 128,
        Pooling = FeaturePooling.Mean,
        Optimization = new OptimizationOptions
        {
            LearningRatePer256 = 0.5e-4,
            WarmupStartLearningRatePer256 = 2.5e-7,
            WarmupEpochs = 10,
            Decay = LearningRateDecay.MultiStep,
            Milestones = [700],
            Beta2 = 0.999,
            DecaysClassTokenAndPositions = false,
            MaxGradientNorm = 5,
        },
    };

    /// <summary>AMT on SimMIM (Gui et al. 2022): 44 % of the units masked and 26 % thrown by the encoder's own attention from epoch 41 on.</summary>
    /// <param name="architecture">The encoder; null takes ViT-B/16 at 224 pixels with learned positions and LayerScale 0.1.</param>
    /// <remarks>
    /// Source: the paper, and guijiejie/AMT, <c>SimMIM-AMT/configs</c>; its released code stops with an error after 40 epochs. Hardware, batch and time: not told. Expected for ViT-B after 200 epochs, fine-tuned:
    /// ImageNet 80.7 %, CIFAR-100 86.1 %, Tiny ImageNet 75.8 %; random masking 81.5, 80.3, 74.0 %. A step costs 0.73 of SimMIM's. Until epoch 40 60 % are masked as in SimMIM; the released code has 44 % there.
    /// </remarks>
    public static GuidedMaeOptions AttentionDrivenSimMim(VisionTransformerOptions? architecture = null)
    {
        var options = SimMim(architecture ?? BaseWithLayerScale(PositionEmbedding.Learned));
        options.Masking = Masking.AttentionDriven(new AttentionDrivenMaskingOptions { MaskRatio = 0.44, ThrowRatio = 0.26, UnitSide = 2, RandomRatio = 0.6, StartEpoch = 41, RefreshInterval = 40 });
        (options.Epochs, options.Pooling) = (200, FeaturePooling.Cls);
        (options.Optimization.Decay, options.Optimization.Milestones, options.Optimization.MinLearningRatePer256) = (LearningRateDecay.CosineIncludingWarmup, [], 2.5e-6);
        return options;
    }

    /// <summary>MaskFeat (Wei et al. 2022): blocks of up to 40 %, mask tokens in the encoder, a linear layer predicts histograms of gradients.</summary>
    /// <param name="architecture">The encoder; null takes ViT-B/16 at 224 pixels with learned positions.</param>
    /// <remarks>
    /// Source: facebookresearch/SlowFast, <c>configs/masked_ssl/in1k_VIT_B_MaskFeat_PT.yaml</c>, which is its command's argument. Hardware and time: not told. Expected on ImageNet, fine-tuned after 1,600 epochs: ViT-B 84.0 %,
    /// ViT-L 85.7 %; MMPretrain's ViT-B after 300 epochs 83.4 %.
    /// </remarks>
    public static GuidedMaeOptions MaskFeat(VisionTransformerOptions? architecture = null) => new()
    {
        Architecture = architecture ?? BaseWithPositions(PositionEmbedding.Learned),
        Decoder = new LinearDecoderOptions(),
        Masking = Masking.Block(new BlockMaskingOptions { MaskRatio = 0.4, Exact = false }),
        Target = ReconstructionTarget.Hog(),
        Initialization = WeightInitialization.MaskFeat,
        Crop = new CropOptions { MinScale = 0.5 },
        Epochs = 300,
        BatchSize = 2048,
        MicroBatchSize = 128,
        Pooling = FeaturePooling.Mean,
        Optimization = new OptimizationOptions
        {
            LearningRatePer256 = 2e-4,
            MinLearningRatePer256 = 1e-6,
            WarmupStartLearningRatePer256 = 1e-6,
            WarmupEpochs = 30,
            Beta2 = 0.999,
            MaxGradientNorm = 0.02,
        },
    };

    private static MaeDecoderOptions DecoderFor(VisionTransformerOptions architecture) => architecture.Width switch
    {
        <= TinyWidth => new MaeDecoderOptions { Width = 96, Depth = 1, Heads = 3 },
        <= SmallWidth => new MaeDecoderOptions { Width = 192, Depth = 1, Heads = 6 },
        _ => new MaeDecoderOptions(),
    };

    private static VisionTransformerOptions BaseWithPositions(PositionEmbedding position)
    {
        var architecture = VisionTransformerOptions.Base();
        architecture.Position = position;
        return architecture;
    }

    private static VisionTransformerOptions BaseWithLayerScale(PositionEmbedding position)
    {
        var architecture = BaseWithPositions(position);
        architecture.LayerScale = 0.1;
        return architecture;
    }
}
