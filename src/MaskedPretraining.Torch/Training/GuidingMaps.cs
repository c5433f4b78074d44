using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Torch.Training;

/// <summary>The maps that guide a run's masks: those given, or else the encoder's own, made anew where the strategy's schedule says so.</summary>
/// <param name="encoder">Makes maps as it is at the time.</param>
/// <param name="images">The training images.</param>
/// <param name="masking">The strategy.</param>
/// <param name="given">Maps from elsewhere, those of the loss and of objects among them.</param>
internal sealed class GuidingMaps(WholeImagePasses encoder, IImageSource images, IMaskingStrategy masking, SampleMaps given)
{
    /// <summary>The encoder's own; null if none were made.</summary>
    public AttentionMapTable? Own { get; set; }

    /// <summary>All maps of the images as they are now.</summary>
    public SampleMaps Current => given with { Masking = given.Masking ?? Own };

    /// <summary>Makes maps anew where the schedule says so, and where the strategy needs some and there are none. Maps that were given stay as they are.</summary>
    /// <param name="progress">The epoch.</param>
    /// <param name="isAtItsStart">Whether none of its steps is done.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    /// <returns>False if cancelled meanwhile.</returns>
    public bool Refresh(TrainingProgress progress, bool isAtItsStart, CancellationToken cancellationToken)
    {
        if (given.Masking is not null || !masking.NeedsPatchWeights(progress))
        {
            return true;
        }

        bool isDue = isAtItsStart && masking is IAttentionGuidedMasking guided && guided.Schedule.RefreshesBefore(progress);
        if (!isDue && Own is not null)
        {
            return true;
        }

        try
        {
            Own = encoder.MakeMaps(images, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
