using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>Writes an encoder together with what makes attention maps of it as one ONNX model: class attention, TokenCut, Grad-CAM or a mask generator, with everything inside of the graph.</summary>
/// <remarks>Input as for <see cref="EncoderExporter"/>: pixels in 0..255, <c>[N, C, H, W]</c>.</remarks>
public static class AttentionMapExporter
{
    /// <summary>Writes a map maker.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="options">Source, outputs and names.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidOptionsException">The options or the architecture cannot be used.</exception>
    /// <exception cref="ArgumentException">Tensors are missing or do not fit the architecture (the message lists all of them), or the encoder is not the mask generator's provider.</exception>
    /// <exception cref="NotSupportedException">The model would exceed 2 GB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(EncoderWeights encoder, AttentionMapExportOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (options.MaskGenerator is { } generator && !ReferenceEquals(generator.Provider, encoder))
        {
            throw new ArgumentException("A mask generator reads the attention of its own provider. Export MaskGeneratorWeights.Provider with it.", nameof(encoder));
        }

        var errors = new OptionErrors();
        encoder.Architecture.Validate(errors);
        options.Validate(errors, encoder.Architecture);
        errors.ThrowIfAny(nameof(AttentionMapExportOptions));
        var tensors = new EncoderTensors(encoder);
        ModelFile.RefuseIfTooLarge(tensors.ByteCount, path);
        var graph = new EncoderGraph(tensors, new EncoderExportOptions { InputName = options.InputName, SingleRow = options.SingleRow });
        Append(graph, tensors, options);
        graph.Graph.Metadata("architecture", ArchitectureJson.Write(encoder.Architecture));
        graph.Graph.Metadata("version", Producer.Version);
        ModelFile.Write(graph.Graph.Build(), path);
    }

    private static void Append(EncoderGraph encoder, EncoderTensors tensors, AttentionMapExportOptions options)
    {
        var (graph, architecture) = (encoder.Graph, tensors.Architecture);
        var grid = architecture.Grid;
        string tokens = encoder.UpToLastBlock();
        string map;
        if (options.TokenCut is { } cutOptions)
        {
            var cut = new NormalizedCutGraph(graph, Keys(encoder, tokens, architecture), grid.Count, cutOptions);
            map = cut.Map;
            Return(options.EigenvalueName, cut.Eigenvalue, 1);
            Return(options.DegenerateName, cut.Degenerate, 1);
        }
        else if (options.GradCam is { } camOptions)
        {
            map = new GradCamGraph(encoder, tensors, camOptions).Append(tokens);
        }
        else if (options.MaskGenerator is { } generator)
        {
            string logits = MaskGeneratorGraph.Logits(graph, ClassAttention(encoder, tokens, architecture), generator);
            map = MaskGeneratorGraph.Map(graph, logits);
            Return(options.LogitsName, logits, grid.Count);
        }
        else
        {
            map = ClassAttentionGraph.Append(graph, ClassAttention(encoder, tokens, architecture), grid.Count, options.ClassAttention!);
        }

        MapOutputs.Append(graph, map, grid, options);

        void Return(string? name, string value, params ReadOnlySpan<long> rowShape)
        {
            if (name is not null)
            {
                graph.Return(name, value, TensorProto.Types.DataType.Float, options.SingleRow, rowShape);
            }
        }
    }

    // Key vectors of the patches, [N, P, D].
    private static string Keys(EncoderGraph encoder, string tokens, VisionTransformerOptions architecture)
    {
        var math = new GraphMath(encoder.Graph, "keys", TensorProto.Types.DataType.Float);
        string keys = encoder.Project(encoder.LastBlock, "k", 1, encoder.Normalize($"{encoder.LastBlock}.norm1", tokens));
        return math.Slice(math.Reshape(keys, -1, architecture.Grid.Count + 1, architecture.Width), 1, architecture.Grid.Count + 1, 1);
    }

    // The class token's row without the class key, [N, h, P].
    private static string ClassAttention(EncoderGraph encoder, string tokens, VisionTransformerOptions architecture)
    {
        var math = new GraphMath(encoder.Graph, "attention", TensorProto.Types.DataType.Float);
        encoder.Block(encoder.LastBlock, tokens, 1, out string attention, attentionOnly: true);
        return math.Slice(math.Reshape(attention, -1, architecture.Heads, architecture.Grid.Count + 1), 1, architecture.Grid.Count + 1, 2);
    }
}
