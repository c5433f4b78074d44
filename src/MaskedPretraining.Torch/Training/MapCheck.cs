using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Torch.Training;

/// <summary>Holds the maps that are given to a run against what its options need, before hours go by.</summary>
internal static class MapCheck
{
    /// <summary>Notes maps that are missing.</summary>
    public static void Options(PretrainerOptions options, SampleMaps maps, OptionErrors errors)
    {
        errors.Require(options.Guidance is null || maps.Guidance is not null, nameof(options.Guidance), options.Guidance, "be null where no maps are given for it (give one map an image)");
        errors.Require(
            options.Masking is null or IAttentionGuidedMasking || maps.Masking is not null || !NeedsMaps(options),
            nameof(options.Masking),
            options.Masking,
            "be a strategy without maps, or one that takes the maps of the encoder being trained, where no maps are given for it (give one map an image)");
    }

    /// <summary>Refuses maps of other images, and more maps of the encoder's own than memory holds.</summary>
    public static void Sizes(PretrainerOptions options, SampleMaps maps, int images)
    {
        foreach (var given in new[] { maps.Masking, maps.Guidance, maps.Objects })
        {
            if (given is not null && given.Count != images)
            {
                throw new ArgumentException($"There are {given.Count} attention maps for {images} images; there must be one an image.", nameof(maps));
            }
        }

        if (maps.Masking is null && NeedsMaps(options))
        {
            AttentionMapTable.RequireRoom(images, options.Architecture.Grid);
        }
    }

    private static bool NeedsMaps(PretrainerOptions options) =>
        Enumerable.Range(0, Math.Max(options.Epochs, 0)).Any(epoch => options.Masking.NeedsPatchWeights(new TrainingProgress(epoch, options.Epochs)));
}
