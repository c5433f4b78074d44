using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <summary>How an encoder of another program is loaded, and which columns it makes.</summary>
public sealed class LoadedEncoderOptions
{
    /// <summary>What the checkpoint does not say itself, and the image size and channels that the encoder shall have.</summary>
    /// <value>Default: everything as trained.</value>
    public EncoderLoadOptions Encoder { get; set; } = new();

    /// <summary>How an image's tokens become its feature vector.</summary>
    /// <value>Default <see cref="FeaturePooling.Cls"/>.</value>
    public FeaturePooling Pooling { get; set; } = FeaturePooling.Cls;

    /// <summary>Name of a column with all patch tokens, <c>[N, D]</c>, class token not counted.</summary>
    /// <value>Null (default): no such column.</value>
    public string? PatchesColumnName { get; set; }

    /// <summary>Name of a column with the attention of the class token over the patch grid, <c>[R, C]</c> in 0..1.</summary>
    /// <value>Null (default): no such column.</value>
    public string? AttentionColumnName { get; set; }

    internal void Validate(OptionErrors errors)
    {
        errors.Require(Encoder is not null, nameof(Encoder), Encoder, "be set");
        errors.Require(Enum.IsDefined(Pooling), nameof(Pooling), Pooling, "be Cls, Mean or ClsAndMean");
        Encoder?.Validate(errors);
    }
}
