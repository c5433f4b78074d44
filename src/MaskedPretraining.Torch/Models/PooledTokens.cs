using MaskedPretraining.Core.Models;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>The parts of a feature vector that are an encoder's tokens after its own normalisation: every pooling but <see cref="TokenPooling.MeanThenNorm"/>.</summary>
internal static class PooledTokens
{
    /// <summary>Feature vectors of images.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="pooling">Which tokens.</param>
    /// <param name="patches">Normalised patches <c>[B*N, P*P*C]</c>.</param>
    /// <param name="tokens">Token numbers <c>[B*(1+N)]</c>.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B, F]</c>, single precision.</returns>
    public static Tensor Of(VisionTransformer encoder, TokenPooling pooling, Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        var conditions = encoder.ConditionsOf(tokens, batch);
        var x = encoder.Blocks.ForwardFrozen(encoder.Embed(patches, tokens, batch), conditions, encoder.Blocks.Shape.Depth - BlocksLeft(pooling));
        return Of(encoder, pooling, x, conditions).MoveToOuterDisposeScope();
    }

    /// <summary>Blocks behind the first one whose output is read.</summary>
    public static int BlocksLeft(TokenPooling pooling) => Math.Max(0, pooling.ClassTokens - 1);

    /// <summary>Feature vectors of images whose tokens are through all blocks but <see cref="BlocksLeft"/>.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="pooling">Which tokens.</param>
    /// <param name="x">Tokens <c>[B*(1+N), D]</c>, class token first.</param>
    /// <param name="conditions">What holds for all blocks.</param>
    /// <returns><c>[B, F]</c>, single precision.</returns>
    public static Tensor Of(VisionTransformer encoder, TokenPooling pooling, Tensor x, BlockConditions conditions)
    {
        using var scope = NewDisposeScope();
        return cat(Parts(encoder, pooling, encoder.Blocks.ForwardRest(x, conditions, BlocksLeft(pooling)), conditions.Batch), 1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The class tokens, then the mean of the patch tokens, each <c>[B, D]</c>, in the caller's scope.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="pooling">Which of them.</param>
    /// <param name="outputs">Of the last blocks, each <c>[B*(1+N), D]</c>, class token first.</param>
    /// <param name="batch">B.</param>
    public static List<Tensor> Parts(VisionTransformer encoder, TokenPooling pooling, IReadOnlyList<Tensor> outputs, long batch)
    {
        var parts = outputs.TakeLast(pooling.ClassTokens).Select(output => encoder.Normalize(Tokens(output, batch).select(1, 0))).ToList();
        if (pooling.Mean == PatchMean.AfterNorm)
        {
            parts.Add(MeanOfPatches(encoder.Normalize(outputs[^1]), batch));
        }

        return parts;
    }

    /// <summary>The mean of each image's patch tokens, <c>[B, D]</c>.</summary>
    /// <param name="rows">Tokens <c>[B*(1+N), D]</c>, class token first.</param>
    /// <param name="batch">B.</param>
    public static Tensor MeanOfPatches(Tensor rows, long batch)
    {
        using var scope = NewDisposeScope();
        var tokens = Tokens(rows, batch);
        return tokens.narrow(1, 1, tokens.shape[1] - 1).mean(new long[] { 1 }).MoveToOuterDisposeScope();
    }

    private static Tensor Tokens(Tensor rows, long batch) => rows.view(batch, -1, rows.shape[1]);
}
