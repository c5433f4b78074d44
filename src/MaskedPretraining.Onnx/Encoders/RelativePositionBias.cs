using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>The bias on the attention logits, spelled out for every pair of tokens.</summary>
internal static class RelativePositionBias
{
    /// <summary>Name of the table among the encoder's tensors.</summary>
    public const string TableName = "rel_pos_bias.relative_position_bias_table";

    /// <summary>Bias between the first tokens, as queries, and all tokens.</summary>
    /// <param name="tensors">The encoder's tensors.</param>
    /// <param name="queries">Number of queries: T, or 1 for the class token.</param>
    /// <returns><c>[1, h, queries, T]</c>.</returns>
    public static float[] Of(EncoderTensors tensors, int queries)
    {
        var architecture = tensors.Architecture;
        int tokens = architecture.Grid.Count + 1, heads = architecture.Heads;
        long[] rows = RelativePositionIndex.Of(architecture.Grid);
        var table = tensors.Singles(TableName);
        var bias = new float[heads * queries * tokens];
        for (int i = 0; i < bias.Length; i++)
        {
            int pair = i % (queries * tokens), head = i / (queries * tokens);
            bias[i] = table[((int)rows[pair] * heads) + head];
        }

        return bias;
    }
}
