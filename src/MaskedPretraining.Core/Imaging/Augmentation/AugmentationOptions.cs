using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>What happens to labelled images before a training step: crop and flip, then RandAugment, then erasing of normalised pixels, then mixing of images and targets.</summary>
public sealed class AugmentationOptions
{
    /// <summary>How images are cropped, flipped and resized.</summary>
    /// <value>Null (default): not at all; the whole image is resized to the network's size whatever its aspect ratio (bilinear, antialiased), as features are made.</value>
    public CropOptions? Crop { get; set; }

    /// <summary>How the cropped, flipped and resized images are changed in colour and place. Only for images of three channels.</summary>
    /// <value>Null (default): they are not.</value>
    public RandAugmentOptions? RandAugment { get; set; }

    /// <summary>How boxes of images are replaced by noise.</summary>
    /// <value>Null (default): they are not.</value>
    public RandomErasingOptions? Erasing { get; set; }

    /// <summary>How images of a batch are mixed, and their targets with them.</summary>
    /// <value>Null (default): they are not.</value>
    public MixingOptions? Mixing { get; set; }

    /// <summary>Nothing: each image is the same in every epoch, so that features of it may be kept.</summary>
    public static AugmentationOptions None() => new();

    /// <summary>MAE's linear probe: its single-draw crop of 8 % to all of the area, bicubic, and flip.</summary>
    public static AugmentationOptions LinearProbe() => new() { Crop = new CropOptions { MinScale = 0.08, Form = RandomResizedCropForm.SingleDraw } };

    /// <summary>MAE's fine-tuning: crop of 8 % to all of the area, bicubic, flip, RandAugment, random erasing of a quarter of the images, mixup 0.8 and CutMix 1.</summary>
    public static AugmentationOptions FineTune() => new()
    {
        Crop = new CropOptions { MinScale = 0.08 },
        RandAugment = new RandAugmentOptions(),
        Erasing = new RandomErasingOptions(),
        Mixing = new MixingOptions(),
    };

    /// <summary>Whether an image is another one in each epoch.</summary>
    public bool ChangesImages => Crop is not null || RandAugment is not null || Erasing is not null || Mixing is not null;

    /// <summary>An independent copy.</summary>
    public AugmentationOptions Clone() => new() { Crop = Crop?.Clone(), RandAugment = RandAugment?.Clone(), Erasing = Erasing?.Clone(), Mixing = Mixing?.Clone() };

    /// <summary>Notes what images of so many channels cannot have done to them.</summary>
    internal void ValidateFor(int channels, OptionErrors errors) =>
        errors.Require(
            RandAugment is null || channels == Augmentation.RandAugment.Channels,
            nameof(RandAugment),
            "set",
            $"be null for images of {channels} channels, since it changes the colours of red, green and blue");

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Crop?.Validate(errors);
        RandAugment?.Validate(errors);
        Erasing?.Validate(errors);
        Mixing?.Validate(errors);
    }
}
