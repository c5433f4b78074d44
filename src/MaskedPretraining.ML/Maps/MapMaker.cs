using System.Security.Cryptography;
using System.Text;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Maps;

/// <summary>Says on a column what made its maps, so that a cache knows which of its maps are still right.</summary>
internal static class MapMaker
{
    /// <summary>The annotation of a column.</summary>
    /// <param name="maker">Everything that changes the maps. Asked for when somebody wants to know.</param>
    public static DataViewSchema.Annotations Annotations(Func<string> maker)
    {
        var text = new Lazy<string>(maker);
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(AnnotationKinds.MapMaker, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.Value.AsMemory());
        return builder.ToAnnotations();
    }

    /// <summary>An encoder with its weights in a line.</summary>
    public static string Describe(EncoderWeights encoder)
    {
        var (mean, deviation) = (encoder.Architecture.PixelMean, encoder.Architecture.PixelStandardDeviation);
        return FormattableString.Invariant(
            $"{ArchitectureFingerprint.Of(encoder.Architecture)} pixels {string.Join(' ', mean)} {string.Join(' ', deviation)} weights {Hash(encoder.Weights)}");
    }

    /// <summary>A mask generator with its weights in a line; its provider is described apart.</summary>
    public static string Describe(MaskGeneratorWeights generator) => $"{generator.Options} weights {Hash(generator.Weights)}";

    private static string Hash(StateDictionary weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in weights.Names)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(weights[name].Bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
