using System.Globalization;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Evaluation;
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

    /// <summary>Takes memory for a classifier that is fine-tuned.</summary>
    /// <param name="options">The encoder's shape.</param>
    /// <param name="pooling">Fits the encoder.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="computeType">Float32 or BFloat16.</param>
    /// <param name="device">Where it lies.</param>
    /// <param name="decaysTokens">Whether weight decay applies to class token and positions.</param>
    public static ClassifierModel Create(VisionTransformerOptions options, TokenPooling pooling, int classes, ScalarType computeType, Device device, bool decaysTokens)
    {
        var specs = Declare(options, pooling, classes).Select(spec => decaysTokens ? spec : spec with { IsDecayed = LayerDecay.IsDecayed(spec.Name, spec.Shape) });
        return new ClassifierModel(options, pooling, new ParameterArena([.. specs], computeType, device));
    }

    /// <summary>The same model with gradients of its own, see <see cref="ParameterArena(ParameterArena)"/>.</summary>
    public ClassifierModel WithOwnGradients() => new(_options, _pooling, new ParameterArena(Parameters));

    /// <summary>Whether a parameter lies in a block from <paramref name="first"/> on or behind the blocks, so that it changes nothing before them.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="first">Number of a block.</param>
    public static bool IsBehind(string name, int first)
    {
        string[] parts = name.Split('.');
        return parts[0] switch
        {
            "blocks" => int.Parse(parts[1], CultureInfo.InvariantCulture) >= first,
            "norm" or PoolingNorm or Head => true,
            _ => false,
        };
    }

    /// <summary>Takes the weights of an encoder or a whole classifier; what an encoder does not have stays as it is.</summary>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape; the message lists every one.</exception>
    public void Load(StateDictionary start)
    {
        var (state, own) = (new StateDictionary(), new StateDictionary());
        Parameters.Store(own);
        foreach (string name in own.Names.Where(IsNew))
        {
            state[name] = own[name];
        }

        foreach (string name in start.Names)
        {
            state[name] = start[name];
        }

        Parameters.Load(state);
    }

    /// <summary>A classifier of stored tensors.</summary>
    /// <param name="state">All parameters and fixed tables.</param>
    /// <param name="classNames">Names of the classes.</param>
    public ImageClassifierWeights ToWeights(StateDictionary state, IReadOnlyList<string> classNames)
    {
        var encoder = new StateDictionary();
        foreach (string name in state.Names.Where(name => !IsNew(name)))
        {
            encoder[name] = state[name];
        }

        var head = LinearProbeWeights.Plain(_pooling.WidthOf(_options), Singles(Head, "weight"), Singles(Head, "bias"), [.. classNames]);
        var norm = _pooling.Mean == PatchMean.BeforeNorm ? new LayerNormWeights(Singles(PoolingNorm, "weight"), Singles(PoolingNorm, "bias")) : null;
        return new ImageClassifierWeights(new EncoderWeights(_options.Clone(), encoder), _pooling, head, norm);

        float[] Singles(string layer, string part) => state[$"{layer}.{part}"].ToSingles();
    }

    /// <summary>All tensors of a classifier under the names of <see cref="Declare"/>; a batch normalisation in front of the head is not among them.</summary>
    public static StateDictionary StateOf(ImageClassifierWeights classifier)
    {
        var state = new StateDictionary();
        foreach (string name in classifier.Encoder.Weights.Names)
        {
            state[name] = classifier.Encoder.Weights[name];
        }

        if (classifier.PoolingNorm is { } norm)
        {
            state[$"{PoolingNorm}.weight"] = TensorData.FromSingles(norm.Scale, norm.Scale.Length);
            state[$"{PoolingNorm}.bias"] = TensorData.FromSingles(norm.Shift, norm.Shift.Length);
        }

        state[$"{Head}.weight"] = TensorData.FromSingles(classifier.Head.Weight, classifier.Classes, classifier.Head.Width);
        state[$"{Head}.bias"] = TensorData.FromSingles(classifier.Head.Bias, classifier.Classes);
        return state;
    }

    /// <summary>What the head reads of whole images.</summary>
    /// <param name="patches">Normalised patches <c>[B*N, P*P*C]</c>.</param>
    /// <param name="tokens">Token numbers <c>[B*(1+N)]</c>.</param>
    /// <param name="batch">B.</param>
    /// <param name="branchScales">Stochastic depth, <c>[2L, B, 1, 1]</c>; null for none.</param>
    /// <param name="frozen">Blocks that autograd does not record, from the first; with any, the embedding is not recorded either. Null: all is recorded.</param>
    /// <returns><c>[B, F]</c>, single precision.</returns>
    public Tensor Features(Tensor patches, Tensor tokens, long batch, Tensor? branchScales = null, int? frozen = null)
    {
        using var scope = NewDisposeScope();
        var (x, conditions) = Enter(patches, tokens, batch, branchScales, frozen is not null);
        return Pool(Encoder.Blocks.ForwardKeeping(x, conditions, BlocksRead, frozen ?? 0), batch).MoveToOuterDisposeScope();
    }

    /// <summary>What the first block sees, and what all are told.</summary>
    /// <param name="patches">Normalised patches <c>[B*N, P*P*C]</c>.</param>
    /// <param name="tokens">Token numbers <c>[B*(1+N)]</c>.</param>
    /// <param name="batch">B.</param>
    /// <param name="branchScales">Stochastic depth, <c>[2L, B, 1, 1]</c>; null for none.</param>
    /// <param name="isFrozen">Whether autograd is not to record it.</param>
    public (Tensor X, BlockConditions Conditions) Enter(Tensor patches, Tensor tokens, long batch, Tensor? branchScales, bool isFrozen)
    {
        using var mode = isFrozen ? no_grad() : null;
        return (Encoder.Embed(patches.to(Parameters.ComputeValues.dtype), tokens, batch), Encoder.ConditionsOf(tokens, batch, branchScales));
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

    // What no encoder has.
    private static bool IsNew(string name) => name.StartsWith($"{Head}.", StringComparison.Ordinal) || name.StartsWith($"{PoolingNorm}.", StringComparison.Ordinal);
}
