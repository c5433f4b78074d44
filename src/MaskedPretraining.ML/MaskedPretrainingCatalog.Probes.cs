using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Trains a linear classifier over images on a frozen encoder: <see cref="ImageProbeOptions.Mae"/>, <see cref="ImageProbeOptions.Dino"/> or a protocol of your own.</summary>
    /// <param name="encoder">The encoder: <c>Weights</c> of a fitted GuidedMae or of LoadEncoder.</param>
    /// <param name="labelColumnName">Label column, a key of known cardinality.</param>
    /// <param name="imageColumnName">Image column, or vector of C*H*W Single or Byte values in 0..255.</param>
    /// <param name="options">Tokens, crops, probe; copied. Null: MAE's protocol fitted to sets of any size, on features that are computed once.</param>
    /// <param name="cancellationToken">Ends training early; fitting then returns the classifier as it is.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges or do not fit the encoder; the message lists every one.</exception>
    public ImageLinearProbeEstimator LinearProbe(
        EncoderWeights encoder, string labelColumnName = "Label", string imageColumnName = "Image", ImageProbeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(imageColumnName);
        return new ImageLinearProbeEstimator(_context, encoder, labelColumnName, imageColumnName, options ?? new ImageProbeOptions(), cancellationToken);
    }
}
