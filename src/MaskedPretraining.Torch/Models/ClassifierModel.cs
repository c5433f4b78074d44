using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>An encoder, what is read of its tokens, and a linear layer over that: timm's classifier, with timm's names.</summary>
internal sealed class ClassifierModel : IDisposable
{
    /// <summary>The linear layer.</summary>
    public const string Head = "head";

    /// <summary>The normalisation of <see cref="TokenPooling.MeanThenNorm"/>.</summary>
    public const string PoolingNorm = "fc_norm";

    // MAE's; SimMIM's 0.02 times 0.001 is the same. timm cuts at 2, far away.
    private const double HeadDeviation = 2e-5;
    private readonly VisionTransformerOptions _options;
    private readonly TokenPooling _pooling;

    /// <param name="options">The encoder's shape, already validated.</param>
    /// <param name="pooling">Fits the encoder.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    public ClassifierModel(VisionTransformerOptions options, TokenPooling pooling, ParameterArena parameters)
    {
        (_options, _pooling, Parameters) = (options, pooling, parameters);
        Encoder = new VisionTransformer(options, parameters);
    }

    public ParameterArena Parameters { get; }

    public VisionTransformer Encoder { get; }

    /// <summary>Blocks whose output is read, the last ones.</summary>
    public int BlocksRead => Math.Max(1, _pooling.ClassTokens);

    /// <summary>Declares encoder, pooling and head.</summary>
    /// <param name="options">The encoder's shape.</param>
    /// <param name="pooling">Fits the encoder.</param>
    /// <param name="classes">Number of classes K.</param>
    public static IEnumerable<ParameterSpec> Declare(VisionTransformerOptions options, TokenPooling pooling, int classes) =>
    [
        .. VisionTransformer.Declare(options),
        .. pooling.Mean == PatchMean.BeforeNorm ? InitializationScheme.Norm(PoolingNorm, options.Width) : [],
        new($"{Head}.weight", [classes, pooling.WidthOf(options)], Initial.Normal(HeadDeviation)),
        new($"{Head}.bias", [classes], Initial.Zeros),
    ];

    /// <summary>Scores of images, nothing left out.</summary>
    /// <param name="patches">Normalised patches <c>[B*N, P*P*C]</c>.</param>
    /// <param name="tokens">Token numbers <c>[B*(1+N)]</c>.</param>
    /// <param name="batch">B.</param>
    /// <param name="branchScales">Stochastic depth, <c>[2L, B, 1, 1]</c>; null for none.</param>
    /// <returns>Features <c>[B, F]</c>, single precision.</returns>
    public Tensor Features(Tensor patches, Tensor tokens, long batch, Tensor? branchScales = null)
    {
        using var scope = NewDisposeScope();
        var conditions = Encoder.ConditionsOf(tokens, batch, branchScales);
        return Pool(Encoder.Blocks.ForwardKeeping(Encoder.Embed(patches, tokens, batch), conditions, BlocksRead), batch).MoveToOuterDisposeScope();
    }

    /// <summary>What the head reads of the tokens.</summary>
    /// <param name="outputs">Of the last <see cref="BlocksRead"/> blocks, each <c>[B*(1+N), D]</c>, class token first.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B, F]</c>, single precision.</returns>
    public Tensor Pool(IReadOnlyList<Tensor> outputs, long batch)
    {
        using var scope = NewDisposeScope();
        var parts = PooledTokens.Parts(Encoder, _pooling, outputs, batch);
        if (_pooling.Mean == PatchMean.BeforeNorm)
        {
            var mean = PooledTokens.MeanOfPatches(outputs[^1], batch);
            parts.Add(LayerNormalization.Apply(mean, [_options.Width], Parameters[$"{PoolingNorm}.weight"], Parameters[$"{PoolingNorm}.bias"], _options.LayerNormEpsilon));
        }

        return cat(parts, 1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The linear layer.</summary>
    /// <param name="features"><c>[B, F]</c>.</param>
    /// <returns>Logits <c>[B, K]</c>, single precision.</returns>
    public Tensor Score(Tensor features)
    {
        using var scope = NewDisposeScope();
        var weight = Parameters[$"{Head}.weight"];
        return F.linear(features.to(weight.dtype), weight, Parameters[$"{Head}.bias"]).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Encoder.Dispose();
        Parameters.Dispose();
    }
}
