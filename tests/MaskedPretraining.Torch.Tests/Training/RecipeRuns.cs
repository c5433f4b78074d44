using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>The published recipes on runs that take a fraction of a second: three steps an epoch.</summary>
internal static class RecipeRuns
{
    public const int Epochs = 5;
    public const int Images = 24;
    public const int StepsPerEpoch = 3;

    /// <summary>9 units of 2 x 2 patches.</summary>
    public const int ImageSize = 24;

    /// <summary>The options of a recipe.</summary>
    public static PretrainerOptions OptionsOf(Recipe recipe)
    {
        var options = TinyRun.Options(Epochs);
        (options.Architecture.ImageHeight, options.Architecture.ImageWidth) = (ImageSize, ImageSize);
        switch (recipe)
        {
            case Recipe.SimMim:
                MakeSimMim(options);
                options.Masking = new RandomUnitMasking(0.6, 2);
                break;
            case Recipe.AttentionDrivenSimMim:
                MakeSimMim(options);
                options.Architecture.Position = PositionEmbedding.Learned;
                (options.Optimization.Decay, options.Optimization.Milestones) = (LearningRateDecay.CosineIncludingWarmup, []);
                options.Masking = new AttentionDrivenMasking(new AttentionDrivenMaskingOptions { MaskRatio = 0.44, ThrowRatio = 0.26, UnitSide = 2, RandomRatio = 0.6, StartEpoch = 2, RefreshInterval = 2 });
                break;
            case Recipe.MaskFeat:
                options.Architecture.Position = PositionEmbedding.Learned;
                options.Decoder = new LinearDecoderOptions();
                options.Target = ReconstructionTarget.Hog(new HogOptions { CellSize = 4 });
                options.Initialization = WeightInitialization.MaskFeat;
                options.Masking = new BlockMasking(new BlockMaskingOptions { Exact = false });
                (options.Optimization.MaxGradientNorm, options.Optimization.Beta2) = (0.02, 0.999);
                break;
            case Recipe.GuidedLoss:
                options.Masking = TinyRun.GuidedOptions(Epochs).Masking;
                options.Guidance = new AttentionLossOptions();
                break;
            case Recipe.Averaged:
                options.Optimization.WeightAverageDecay = 0.99;
                break;
        }

        return options;
    }

    /// <summary>The maps that a recipe is given.</summary>
    public static SampleMaps? MapsOf(Recipe recipe) => recipe == Recipe.GuidedLoss ? new SampleMaps(Guidance: RandomMaps()) : null;

    public static Pretrainer Trainer(Recipe recipe, PretrainerOptions? options = null) =>
        new(new SyntheticImages(Images, ImageSize), options ?? OptionsOf(recipe), new SyntheticImages(5, ImageSize, seed: 8), MapsOf(recipe));

    /// <summary>One map an image, of another grid than the patches'.</summary>
    public static AttentionMapTable RandomMaps()
    {
        var maps = new AttentionMapTable(Images, new PatchGrid(4, 5));
        for (int image = 0; image < Images; image++)
        {
            var random = new RandomStream(6, RandomPurpose.Scene, 0, image);
            maps.Set(image, [.. Enumerable.Range(0, 20).Select(_ => random.NextSingle())]);
        }

        return maps;
    }

    private static void MakeSimMim(PretrainerOptions options)
    {
        (options.Architecture.Position, options.Architecture.LayerScale) = (PositionEmbedding.Relative, 0.1);
        options.Decoder = new LinearDecoderOptions();
        (options.Target, options.Error) = (ReconstructionTarget.Pixels, ReconstructionError.Absolute);
        options.Initialization = WeightInitialization.SimMim;
        options.DropPath = 0.1;
        options.Optimization = new OptimizationOptions
        {
            LearningRatePer256 = 0.05,
            WarmupStartLearningRatePer256 = 2.5e-4,
            WarmupEpochs = 1,
            Decay = LearningRateDecay.MultiStep,
            Milestones = [4],
            Beta2 = 0.999,
            MaxGradientNorm = 5,
            WeightAverageDecay = 0.99,
            DecaysClassTokenAndPositions = false,
        };
    }

    public enum Recipe
    {
        /// <summary>LayerScale, relative positions, stochastic depth, steps, a limit on gradients, averaged weights.</summary>
        SimMim,

        /// <summary>Units and throwing.</summary>
        AttentionDrivenSimMim,

        /// <summary>Histograms, counts that vary between images, on the kernels.</summary>
        MaskFeat,

        /// <summary>Masks by own maps, a loss weighted by given ones, on the kernels.</summary>
        GuidedLoss,

        /// <summary>MAE with averaged weights, on the kernels.</summary>
        Averaged,
    }
}
