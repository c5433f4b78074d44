using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Masking;

/// <summary>Runs with learned masks that take a fraction of a second: 4x4 patches, three steps an epoch.</summary>
internal static class AutoMaeRuns
{
    public const int Epochs = 4;
    public const int Images = 24;
    public const int StepsPerEpoch = 3;
    private static readonly Lazy<EncoderWeights> LazyProvider = new(() => Untrained(heads: 4));

    /// <summary>An encoder of another width and with other heads than the model's.</summary>
    public static EncoderWeights Provider => LazyProvider.Value;

    public static SyntheticImages Source => new(Images, TinyRun.ImageSize);

    /// <summary>Options of a run; with the kernels unless they are taken away.</summary>
    public static PretrainerOptions Options(AutoMaeOptions? masking = null, int epochs = Epochs, bool kernels = true)
    {
        var options = kernels ? TinyRun.Options(epochs) : TinyRun.WithoutKernels(TinyRun.Options(epochs));
        options.Masking = new AutoMaeMasking(Provider, masking);
        return options;
    }

    /// <summary>First weights, as a run of no epochs leaves them.</summary>
    /// <param name="heads">Attention heads.</param>
    /// <param name="change">What is to be different.</param>
    public static EncoderWeights Untrained(int heads, Action<VisionTransformerOptions>? change = null)
    {
        var options = TinyRun.Options(0);
        (options.Architecture.Width, options.Architecture.Heads, options.Seed) = (16, heads, 11);
        change?.Invoke(options.Architecture);
        return new Pretrainer(new SyntheticImages(1, TinyRun.ImageSize), options).Run().Encoder;
    }

    /// <summary>The same encoder for pixels 0..1: deviations go into the first layer's weights, means into its bias.</summary>
    public static EncoderWeights WithPlainPixels(EncoderWeights encoder)
    {
        var (shape, weights) = (encoder.Architecture.Clone(), new StateDictionary());
        foreach (string name in encoder.Weights.Names)
        {
            weights[name] = encoder.Weights[name];
        }

        float[] matrix = encoder.Weights["patch_embed.proj.weight"].ToSingles(), bias = encoder.Weights["patch_embed.proj.bias"].ToSingles();
        int perChannel = shape.PatchSize * shape.PatchSize, perRow = shape.Channels * perChannel;
        for (int i = 0; i < matrix.Length; i++)
        {
            int channel = i % perRow / perChannel;
            matrix[i] = (float)(matrix[i] / shape.PixelStandardDeviation[channel]);
            bias[i / perRow] -= (float)(matrix[i] * shape.PixelMean[channel]);
        }

        weights["patch_embed.proj.weight"] = TensorData.FromSingles(matrix, shape.Width, shape.Channels, shape.PatchSize, shape.PatchSize);
        weights["patch_embed.proj.bias"] = TensorData.FromSingles(bias, shape.Width);
        (shape.PixelMean, shape.PixelStandardDeviation) = ([0], [1]);
        return new EncoderWeights(shape, weights);
    }
}
