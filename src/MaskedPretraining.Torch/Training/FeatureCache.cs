using System.Security.Cryptography;
using System.Text;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Feature vectors of whole sets in a folder, one file a set, named by the encoder, the tokens taken and everything that the encoder saw: another encoder or a changed image never finds them.
/// A set that is there costs reading and resizing its images, not the encoder.
/// </summary>
/// <param name="folder">The folder; made where there is none.</param>
/// <param name="weights">The encoder.</param>
/// <param name="pooling">Which tokens.</param>
internal sealed class FeatureCache(string folder, EncoderWeights weights, TokenPooling pooling)
{
    private const string TensorName = "features";
    private const string Extension = ".features.safetensors";
    private readonly string _maker = MakerOf(weights, pooling);

    /// <summary>The features of all images, from the folder if they are there.</summary>
    /// <param name="encoder">Computes them if they are not.</param>
    /// <param name="loader">The images.</param>
    /// <param name="count">Their number.</param>
    /// <param name="cancellationToken">Ends the pass between two batches.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public FeatureMatrix Get(FrozenEncoder encoder, EvaluationLoader loader, int count, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using var seen = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (Directory.EnumerateFiles(folder, $"{_maker}-*{Extension}").Any())
        {
            foreach (var loaded in loader.All(cancellationToken))
            {
                using var batch = loaded;
                encoder.Note(batch, seen);
            }

            if (Read(PathOf(seen), encoder.Width, count) is { } kept)
            {
                return kept;
            }
        }

        var features = encoder.EncodeAll(loader, count, cancellationToken, seen);
        var state = new StateDictionary { [TensorName] = TensorData.FromSingles(features.Values, features.Rows, features.Width) };
        SafetensorsFile.Write(PathOf(seen), state);
        return features;
    }

    private static FeatureMatrix? Read(string path, int width, int count)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            float[] values = SafetensorsFile.Read(path)[TensorName].ToSingles();
            return values.Length == count * width ? new FeatureMatrix(width, values) : null;
        }
        catch (CheckpointFormatException)
        {
            // A damaged file is computed again.
            return null;
        }
    }

    private string PathOf(IncrementalHash seen) => Path.Combine(folder, $"{_maker}-{Convert.ToHexStringLower(seen.GetHashAndReset())[..32]}{Extension}");

    private static string MakerOf(EncoderWeights weights, TokenPooling pooling)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var shape = weights.Architecture;
        // What the tensors do not tell.
        Add($"{pooling} {shape.ImageHeight} {shape.ImageWidth} {shape.PatchSize} {shape.Heads} {shape.LayerNormEpsilon} {shape.Position} {shape.LayerScaleOnAttention}");
        Add($"{string.Join(' ', shape.PixelMean)} {string.Join(' ', shape.PixelStandardDeviation)}");
        foreach (string name in weights.Weights.Names.Order(StringComparer.Ordinal))
        {
            Add($"{name} {string.Join(' ', weights.Weights[name].Shape)}");
            hash.AppendData(weights.Weights[name].Bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];

        void Add(FormattableString text) => hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant(text)));
    }
}
