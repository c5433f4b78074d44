using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Torch.Training;

/// <summary>How a linear probe is trained over images: which features the frozen encoder gives, whether images are augmented, and the probe itself.</summary>
public sealed class ImageProbeOptions
{
    /// <summary>The probe.</summary>
    /// <value>Default: MAE's protocol, fitted to sets of any size.</value>
    public LinearProbeOptions Probe { get; set; } = new();

    /// <summary>Which tokens make the features.</summary>
    /// <value>Default <see cref="TokenPooling.ClassToken"/> (MAE). Not <see cref="TokenPooling.MeanThenNorm"/>, whose normalisation only fine-tuning trains.</value>
    public TokenPooling Pooling { get; set; } = TokenPooling.ClassToken;

    /// <summary>How training images are cropped and flipped anew in every epoch, so that the encoder computes their features again.</summary>
    /// <value>Null (default): not at all; features are computed once, of the centre that covers the encoder's size.</value>
    public CropOptions? Crop { get; set; }

    /// <summary>Images that the encoder sees at once. Changes no more than the last digits.</summary>
    /// <value>At least 1. Default 256.</value>
    public int EncoderBatchSize { get; set; } = 256;

    /// <summary>Folder that keeps features, so that another probe on the same images and encoder does not compute them again. 4 bytes a number; files of other encoders or images are never taken for them.</summary>
    /// <value>Null (default): nothing is kept. Features of crops never are.</value>
    public string? FeatureFolder { get; set; }

    /// <summary>Where the encoder runs; the probe itself is trained on the CPU.</summary>
    /// <value>Default <see cref="ComputeDevice.Auto"/>.</value>
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <summary>Whether the CPU does the work where <see cref="Device"/> is <see cref="ComputeDevice.Cuda"/> and there is no such device; <see cref="ImageProbeTrainer.DeviceWarning"/> then says so.</summary>
    /// <value>Default false: it is an error.</value>
    public bool FallbackToCpu { get; set; }

    /// <summary>Threads that load images. Results do not depend on it.</summary>
    /// <value>0 to 256. Default 0: half the machine's cores, at least 1 and at most 8.</value>
    public int LoaderThreads { get; set; }

    /// <summary>MAE's protocol as published: <see cref="LinearProbeOptions.Mae"/> on the class token, images cropped by a single draw of 8 to 100 % of the area (bicubic) and flipped.</summary>
    /// <param name="batchSize">Rows in a batch, on which the rate depends.</param>
    /// <remarks>MAE evaluates the centre of 224 of 256 pixels; our classifiers see the whole centre.</remarks>
    public static ImageProbeOptions Mae(int batchSize = 16384) => new()
    {
        Probe = LinearProbeOptions.Mae(batchSize),
        Crop = new CropOptions { MinScale = 0.08, Form = RandomResizedCropForm.SingleDraw },
    };

    /// <summary>DINO's protocol: <see cref="LinearProbeOptions.Dino"/> on the class tokens of the last blocks, images cropped to 8 to 100 % of the area (bilinear) and flipped.</summary>
    /// <param name="blocks">Blocks whose class tokens are taken: 4 for ViT-S, 1 for ViT-B.</param>
    /// <param name="withMean">Whether the mean patch token follows, as for ViT-B.</param>
    /// <param name="batchSize">Rows in a batch, on which the rate depends.</param>
    public static ImageProbeOptions Dino(int blocks = 4, bool withMean = false, int batchSize = 1024) => new()
    {
        Probe = LinearProbeOptions.Dino(batchSize),
        Pooling = TokenPooling.ClassTokensOf(blocks, withMean),
        Crop = new CropOptions { MinScale = 0.08, Filter = ResampleFilter.Bilinear },
    };

    /// <summary>The optimum on features that are computed once: <see cref="LinearProbeOptions.Fast"/> on the class token, no augmentation.</summary>
    public static ImageProbeOptions Fast() => new() { Probe = LinearProbeOptions.Fast() };

    /// <summary>An independent copy.</summary>
    public ImageProbeOptions Clone()
    {
        var copy = (ImageProbeOptions)MemberwiseClone();
        (copy.Probe, copy.Crop) = (Probe.Clone(), Crop?.Clone());
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Probe is not null, nameof(Probe), Probe, "be set");
        Probe?.Validate(errors);
        Crop?.Validate(errors);
        errors.Require(Pooling is { Mean: not PatchMean.BeforeNorm }, nameof(Pooling), Pooling, "be set and end with the encoder's own normalisation");
        errors.Require(
            Crop is null || Probe?.Solver != LinearProbeSolver.Lbfgs, nameof(Crop), Crop, $"be null with the solver {LinearProbeSolver.Lbfgs}, which needs the same features in every pass (take Lars or Sgd)");
        errors.Require(FeatureFolder is null || FeatureFolder.Trim().Length > 0, nameof(FeatureFolder), FeatureFolder, "be null or a path");
        errors.Require(EncoderBatchSize >= 1, nameof(EncoderBatchSize), EncoderBatchSize, "be at least 1");
        errors.Require(Enum.IsDefined(Device), nameof(Device), Device, "be Auto, Cpu or Cuda");
        errors.Require(LoaderThreads is >= 0 and <= 256, nameof(LoaderThreads), LoaderThreads, "lie between 0 (the library chooses) and 256");
    }
}
