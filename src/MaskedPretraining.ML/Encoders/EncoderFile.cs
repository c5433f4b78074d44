using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Training;
using MaskedPretraining.Onnx.Encoders;
using Microsoft.ML;

namespace MaskedPretraining.ML.Encoders;

/// <summary>An encoder as an ONNX file of the user's.</summary>
internal static class EncoderFile
{
    /// <summary>Exports an encoder, compares the result with the network, and only then puts it where it shall be.</summary>
    /// <param name="context">Says where temporary files go.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="options">What the model returns, and how its weights are kept.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidOperationException">The model differs more from the network than its weights explain.</exception>
    public static void Write(MLContext context, EncoderWeights encoder, EncoderExportOptions options, string path)
    {
        using var files = new ScratchDirectory(context);
        string model = files.File("encoder.onnx");
        EncoderExporter.Export(encoder, options, model);
        try
        {
            EncoderCheck.Of(encoder, options)(model);
        }
        catch (InvalidOperationException exception) when (options.Weights != WeightPrecision.Full)
        {
            throw new InvalidOperationException($"With {options.Weights} weights this encoder loses more than it should: {exception.Message} Export it with {nameof(WeightPrecision.Full)} weights.", exception);
        }

        using var written = File.OpenRead(model);
        AtomicFile.Write(path, written.CopyTo);
    }
}
