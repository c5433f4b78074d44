using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML.Training;

/// <summary>Compares an exported image classifier with the network that was trained.</summary>
internal static class ImageClassifierCheck
{
    private const int Images = 2;

    /// <summary>The comparison of a model at a path with a classifier run by torch.</summary>
    /// <exception cref="InvalidOperationException">When called: the probabilities differ.</exception>
    public static Action<string> Of(ImageClassifierWeights classifier) => path =>
    {
        float[] pixels = ExportCheck.RandomPixels(classifier.Encoder.Architecture, Images, seed: 0);
        using var runner = new ImageClassifierRunner(classifier);
        ExportCheck.Compare(path, pixels, Images, [new ExpectedOutput(ClassifierColumns.ScoreOutput, runner.Run(pixels, Images))]);
    };
}
