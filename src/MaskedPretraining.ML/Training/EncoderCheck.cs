using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML.Training;

/// <summary>Compares an exported encoder with the network that was trained.</summary>
internal static class EncoderCheck
{
    private const int Images = 2;

    /// <summary>The comparison of a model at a path with an encoder run by torch.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="options">How it was exported. Pyramids are not compared, nor are maps of encoders with narrow weights: scaling to 0..1 makes much of little.</param>
    /// <exception cref="InvalidOperationException">When called: an output differs.</exception>
    public static Action<string> Of(EncoderWeights encoder, EncoderExportOptions options) => path =>
    {
        var architecture = encoder.Architecture;
        float[] pixels = ExportCheck.RandomPixels(architecture, Images, seed: 0);
        using var runner = new EncoderRunner(encoder);
        ExportCheck.Compare(path, pixels, Images, [.. Expected(options, runner.Run(pixels, Images), architecture)]);
    };

    private static IEnumerable<ExpectedOutput> Expected(EncoderExportOptions options, EncoderOutput network, VisionTransformerOptions architecture)
    {
        double tolerance = ToleranceOf(options.Weights);
        if (options.Outputs.HasFlag(EncoderOutputs.Cls))
        {
            yield return new ExpectedOutput(options.ClsName, network.Cls, tolerance);
        }

        if (options.Outputs.HasFlag(EncoderOutputs.Mean))
        {
            yield return new ExpectedOutput(options.MeanName, network.Mean, tolerance);
        }

        if (options.Outputs.HasFlag(EncoderOutputs.ClsAndMean))
        {
            yield return new ExpectedOutput(options.ClsAndMeanName, Joined(network.Cls, network.Mean, architecture.Width), tolerance);
        }

        if (options.Outputs.HasFlag(EncoderOutputs.Patches))
        {
            yield return new ExpectedOutput(options.PatchesName, network.Patches, tolerance);
        }

        if (options.Outputs.HasFlag(EncoderOutputs.Attention) && options.Weights == WeightPrecision.Full)
        {
            yield return new ExpectedOutput(options.AttentionName, Maps(network.Attention, architecture, options.HeadNormalization), ExportCheck.MapTolerance);
        }
    }

    private static double ToleranceOf(WeightPrecision weights) => weights switch
    {
        WeightPrecision.Half => ExportCheck.HalfTolerance,
        WeightPrecision.DynamicInt8 => ExportCheck.Int8Tolerance,
        _ => ExportCheck.FeatureTolerance,
    };

    private static float[] Joined(float[] cls, float[] mean, int width) =>
        [.. Enumerable.Range(0, Images).SelectMany(image => cls.AsSpan(image * width, width).ToArray().Concat(mean.AsSpan(image * width, width).ToArray()))];

    private static float[] Maps(float[] attention, VisionTransformerOptions architecture, HeadNormalization normalization)
    {
        var (heads, patches) = (architecture.Heads, architecture.Grid.Count);
        var maps = new float[Images * patches];
        for (int image = 0; image < Images; image++)
        {
            AttentionMapNormalizer.Normalize(
                attention.AsSpan(image * heads * patches, heads * patches), heads, normalization, maps.AsSpan(image * patches, patches));
        }

        return maps;
    }
}
