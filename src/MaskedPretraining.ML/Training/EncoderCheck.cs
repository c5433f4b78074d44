using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Encoders;
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
    /// <param name="outputs">The model's outputs.</param>
    /// <param name="normalization">How heads become a map.</param>
    /// <exception cref="InvalidOperationException">When called: an output differs.</exception>
    public static Action<string> Of(EncoderWeights encoder, IEnumerable<EncoderOutputs> outputs, HeadNormalization normalization = HeadNormalization.PerHeadThenMean) => path =>
    {
        var architecture = encoder.Architecture;
        float[] pixels = ExportCheck.RandomPixels(architecture, Images, seed: 0);
        using var runner = new EncoderRunner(encoder);
        var network = runner.Run(pixels, Images);
        ExportCheck.Compare(path, pixels, Images, [.. outputs.Select(output => Expected(output, network, architecture, normalization))]);
    };

    private static ExpectedOutput Expected(EncoderOutputs output, EncoderOutput network, VisionTransformerOptions architecture, HeadNormalization normalization)
    {
        string name = EncoderScoring.ColumnName(output);
        return output switch
        {
            EncoderOutputs.Cls => new ExpectedOutput(name, network.Cls),
            EncoderOutputs.Mean => new ExpectedOutput(name, network.Mean),
            EncoderOutputs.ClsAndMean => new ExpectedOutput(name, Joined(network.Cls, network.Mean, architecture.Width)),
            EncoderOutputs.Patches => new ExpectedOutput(name, network.Patches),
            _ => new ExpectedOutput(name, Maps(network.Attention, architecture, normalization), ExportCheck.MapTolerance),
        };
    }

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
