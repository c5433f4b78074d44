using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>The papers' recipes for ImageNet, and one for small images. This project has run the last one only: figures of the others are the papers' own.</summary>
public sealed partial class FineTuningOptions
{
    /// <summary>MAE, ViT-B (He et al. 2022; the released command): 100 epochs, layer decay 0.65, drop path 0.1. There 83.7 % on ImageNet.</summary>
    /// <remarks>The paper's table 9 has 1e-3 for a batch of 256 and layer decay 0.75.</remarks>
    public static FineTuningOptions MaeBase()
    {
        var options = new FineTuningOptions { BatchSize = 1024, MicroBatchSize = 64 };
        options.Optimization.WarmupEpochs = 5;
        return options;
    }

    /// <summary>MAE, ViT-L: 50 epochs, rate 1e-3 for a batch of 256, layer decay 0.75, drop path 0.2. There 86.0 % on ImageNet.</summary>
    /// <remarks>The paper's table 9 has a drop path of 0.1.</remarks>
    public static FineTuningOptions MaeLarge()
    {
        var options = MaeBase();
        (options.Epochs, options.LayerDecay, options.DropPath) = (50, 0.75, 0.2);
        options.Optimization.LearningRatePer256 = 1e-3;
        return options;
    }

    /// <summary>MAE, ViT-H: as <see cref="MaeLarge"/> with drop path 0.3. There 86.9 % on ImageNet.</summary>
    /// <remarks>The paper's table 9 has a drop path of 0.2.</remarks>
    public static FineTuningOptions MaeHuge()
    {
        var options = MaeLarge();
        options.DropPath = 0.3;
        return options;
    }

    /// <summary>AMT on MAE, ViT-B (Gui et al. 2022; the released command): MAE's table 9. There 82.8 % on ImageNet after 400 epochs of pre-training.</summary>
    /// <remarks>The paper speaks of the class token, its command averages the patch tokens; so does this.</remarks>
    public static FineTuningOptions AttentionDrivenMae()
    {
        var options = MaeBase();
        (options.Optimization.LearningRatePer256, options.LayerDecay) = (1e-3, 0.75);
        return options;
    }

    /// <summary>SimMIM, ViT-B (Xie et al. 2022): rate 1.25e-3 for a batch of 512, warm-up of 20 of 100 epochs, gradients limited to 5. There 83.8 % on ImageNet.</summary>
    /// <remarks>SimMIM gives each block a table of relative positions of its own, starting from the shared one; here it stays shared.</remarks>
    public static FineTuningOptions SimMim() => new()
    {
        BatchSize = 2048,
        MicroBatchSize = 64,
        Optimization = new OptimizationOptions
        {
            LearningRatePer256 = 1.25e-3 / 2,
            MinLearningRatePer256 = 2.5e-7 / 2,
            WarmupStartLearningRatePer256 = 2.5e-7 / 2,
            WarmupEpochs = 20,
            Decay = LearningRateDecay.CosineIncludingWarmup,
            Beta2 = 0.999,
            DecaysClassTokenAndPositions = false,
            MaxGradientNorm = 5,
        },
    };

    /// <summary>AMT on SimMIM, ViT-B (Gui et al. 2022; its released code): SimMIM's recipe over the class token. There 80.7 % on ImageNet, 97.7 % on CIFAR-10.</summary>
    public static FineTuningOptions AttentionDrivenSimMim()
    {
        var options = SimMim();
        options.Pooling = TokenPooling.ClassToken;
        return options;
    }

    /// <summary>MaskFeat, ViT-B (Wei et al. 2022): rate 2e-3 for a batch of 512, warm-up of 20 of 100 epochs.</summary>
    public static FineTuningOptions MaskFeat()
    {
        var options = MaeBase();
        options.BatchSize = 512;
        (options.Optimization.LearningRatePer256, options.Optimization.WarmupEpochs) = (1e-3, 20);
        return options;
    }

    /// <summary>A small encoder on small sets of small images, from a few hundred images up: milder crops, neither RandAugment nor erasing, a higher rate and smaller batches, so that minutes suffice.</summary>
    public static FineTuningOptions SmallImages() => new()
    {
        Epochs = 50,
        BatchSize = 64,
        LayerDecay = 0.75,
        Optimization = new OptimizationOptions { LearningRatePer256 = 2e-3, WarmupEpochs = 5, Beta2 = 0.999, DecaysClassTokenAndPositions = false },
        Augmentation = new AugmentationOptions { Crop = new CropOptions { MinScale = 0.35 }, Mixing = new MixingOptions() },
    };

    private static OptimizationOptions DefaultOptimization() => new()
    {
        LearningRatePer256 = 5e-4,
        // MAE's 1e-6 does not depend on the batch, which is 1,024.
        MinLearningRatePer256 = 1e-6 / 4,
        Beta2 = 0.999,
        DecaysClassTokenAndPositions = false,
    };
}
