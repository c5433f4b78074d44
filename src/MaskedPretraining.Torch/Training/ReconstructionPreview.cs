using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Masks images and lets a trained autoencoder fill them in, for people to look at.</summary>
/// <remarks>
/// A network trained on normalised patches predicts no brightness and no contrast. Its patches are shown with the mean and deviation of the true patch, as MAE's own pictures are:
/// judge the structure by them, not the colours. Single precision on the CPU.
/// </remarks>
public sealed class ReconstructionPreview : IDisposable
{
    private readonly PretrainerOptions _options;
    private readonly MaskedImageModel _model;
    private readonly PixelScaling _scaling;
    private readonly StepAssembler _assembler;
    private readonly WholeImageAssembler _wholeImages;

    /// <summary>Loads an autoencoder.</summary>
    /// <param name="options">The run's options: architecture, decoder, masking, seed, whether pixels are normalised; copied.</param>
    /// <param name="autoencoder">All weights, from <see cref="PretrainingResult.Autoencoder"/>; copied.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges.</exception>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape.</exception>
    /// <exception cref="NotSupportedException">The model predicts histograms of gradients and not pixels.</exception>
    public ReconstructionPreview(PretrainerOptions options, StateDictionary autoencoder)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(autoencoder);
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(PretrainerOptions));
        TorchRuntime.EnsureStarted();
        _options = options.Clone();
        if (_options.Target.HogOptions is not null)
        {
            throw new NotSupportedException("A model that predicts histograms of gradients makes no picture of what it predicts.");
        }

        _model = MaskedImageModel.Create(_options.Architecture, _options.Decoder, _options.Architecture.PatchLength, ScalarType.Float32, CPU);
        _model.Load(autoencoder);
        _scaling = new PixelScaling(_options.Architecture, CPU);
        _wholeImages = new WholeImageAssembler(_options.Architecture, _scaling, CPU);
        _assembler = new StepAssembler(_options.Architecture, _scaling, CPU, new StepLayout(_options.Decoder.MaskTokensEnterEncoder, NeedsWholeImages: false, ScalarType.Float32));
    }

    /// <summary>Makes pictures of some images of a source. Each is resized as a whole, without crop or flip.</summary>
    /// <param name="images">The source.</param>
    /// <param name="numbers">Numbers of the images wanted.</param>
    /// <param name="progress">The epoch whose masks are wanted; a guided strategy is guided by the encoder's own map.</param>
    public IReadOnlyList<ReconstructionPicture> Make(IImageSource images, IReadOnlyList<int> numbers, TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(numbers);
        var loader = new WholeImageLoader(new FilteredImageSource(images, numbers), _options.Architecture, new BatchLoaderOptions { BatchSize = 1, Threads = _options.LoaderThreads });
        var pictures = new List<ReconstructionPicture>(numbers.Count);
        foreach (var loaded in loader.All())
        {
            using var batch = loaded;
            pictures.Add(Picture(batch.Patches, numbers[batch.Samples[0]], progress));
        }

        return pictures;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scaling.Dispose();
        _model.Dispose();
    }

    private ReconstructionPicture Picture(byte[] patches, int number, TrainingProgress progress)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var shape = _options.Architecture;
        var (all, tokens) = _wholeImages.Assemble(1, patches);
        float[] map = AttentionMaps.Of(_model.Encoder.ClassAttention(all, tokens, 1), _options.HeadNormalization);
        var (visible, masked) = Plan(map, number, progress);
        var step = _assembler.Assemble(new MaskedImages(1, patches.AsMemory(0, shape.Grid.Count * shape.PatchLength), visible, masked));
        var predicted = _model.Forward(step);
        if (_options.Target.NormalizesPixels)
        {
            predicted = PixelTarget.Denormalize(predicted, step.MaskedPatches);
        }

        byte[] reconstruction = [.. TensorMemory.ToSingles(predicted).Select((value, i) => _scaling.ToByte(value, i % shape.PatchLength))];
        var pixels = new byte[shape.ImageHeight * shape.ImageWidth * shape.Channels];
        PatchLayout.ToImage<byte>(patches.AsSpan(0, pixels.Length), shape.Grid, shape.PatchSize, shape.Channels, pixels);
        return new ReconstructionPicture(new RgbImage(shape.ImageWidth, shape.ImageHeight, pixels, shape.Channels), visible, masked, reconstruction, new AttentionGrid(shape.Grid, map));
    }

    private (long[] Visible, long[] Masked) Plan(float[] map, int number, TrainingProgress progress)
    {
        var shape = _options.Architecture;
        var counts = _options.Masking.CountsAt(shape.Grid, progress);
        var (visible, masked) = (new int[counts.Visible], new int[counts.Masked]);
        var weights = new float[shape.Grid.Count];
        if (_options.Masking is IAttentionGuidedMasking)
        {
            var whole = new CropBox(0, 0, shape.ImageHeight, shape.ImageWidth);
            CropOperator.Apply(map, shape.Grid, shape.ImageHeight, shape.ImageWidth, whole, flip: false, shape.Grid, shape.PatchSize, weights, _options.Masking.MapCrop);
        }
        else
        {
            // Maps of a column are not at hand here; an even one is a map for every strategy.
            Array.Fill(weights, 1);
        }

        var random = new RandomStream(_options.Seed, RandomPurpose.Mask, progress.Epoch, number);
        int count = _options.Masking.Plan(new SampleContext(shape.Grid, progress, random) { PatchWeights = weights }, visible, masked);
        return ([.. visible.Concat(masked.Skip(count)).Select(patch => (long)patch)], [.. masked.Take(count).Select(patch => (long)patch)]);
    }
}
