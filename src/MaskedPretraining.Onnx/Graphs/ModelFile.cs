using System.Globalization;
using Google.Protobuf;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Graphs;

/// <summary>Puts a model on disk: whole or not at all.</summary>
internal static class ModelFile
{
    /// <summary>Largest model: a protobuf message has at most 2^31 - 1 bytes, and a little is left for the nodes.</summary>
    public const long LargestWeights = int.MaxValue - (16L << 20);

    /// <summary>Writes a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <exception cref="NotSupportedException">The weights need more than 2 GB.</exception>
    public static void Write(ModelProto model, string path)
    {
        RefuseIfTooLarge(model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length), path);
        AtomicFile.Write(path, stream => model.WriteTo(stream));
    }

    /// <summary>Refuses weights that no single ONNX file can hold.</summary>
    public static void RefuseIfTooLarge(long weightBytes, string path)
    {
        if (weightBytes > LargestWeights)
        {
            throw new NotSupportedException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{path}' would hold {weightBytes / 1e9:F2} GB of weights, but an ONNX file is limited to 2 GB. Export a narrower or shallower encoder, weights of fewer bits where there is the choice, or fewer stored features."));
        }
    }
}
