using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>What a pass over some images needs on the device. Thrown patches are not among it, but for <see cref="AllPatches"/>.</summary>
/// <param name="Count">Images B.</param>
/// <param name="Patches">Scaled patches that the encoder embeds, <c>[B*k, P*P*C]</c>: the visible ones; if mask tokens enter the encoder all that are not thrown, in the image's order.</param>
/// <param name="Tokens">For each image 0 (class token), then the numbers of these patches + 1: <c>[B*(1+k)]</c>.</param>
/// <param name="MaskedPatches">Scaled masked patches, <c>[M, P*P*C]</c>, image by image in the order of the plan.</param>
internal sealed record StepTensors(int Count, Tensor Patches, Tensor Tokens, Tensor MaskedPatches)
{
    /// <summary>For a decoder with mask tokens: masked patch numbers + 1, <c>[B*m]</c>.</summary>
    public Tensor? MaskedTokens { get; init; }

    /// <summary>If mask tokens enter the encoder: 1 where a patch is masked, <c>[B*k, 1]</c>, single precision.</summary>
    public Tensor? MaskFlags { get; init; }

    /// <summary>If mask tokens enter the encoder: where the masked patches lie among <c>[B*(1+k)]</c> tokens, <c>[M]</c>.</summary>
    public Tensor? MaskedRows { get; init; }

    /// <summary>For targets that look beyond a patch: all patches, scaled, <c>[B*N, P*P*C]</c>.</summary>
    public Tensor? AllPatches { get; init; }

    /// <summary>Where the masked patches lie among <see cref="AllPatches"/>, <c>[M]</c>.</summary>
    public Tensor? MaskedNumbers { get; init; }

    /// <summary>Stochastic depth, <c>[2L, B, 1, 1]</c> in the compute type; null for none.</summary>
    public Tensor? BranchScales { get; init; }

    /// <summary>A factor of 1 on each token that enters the first block, class token included, <c>[B*(1+v), 1]</c> in single precision, whose gradient is asked for; null if it is not.</summary>
    public Tensor? Gate { get; init; }

    /// <summary>Weight of each masked patch in the loss, <c>[M]</c>; null for 1.</summary>
    public Tensor? LossWeights { get; init; }

    /// <summary>The same with 0 for patches that are not foreground, <c>[M]</c>; null without <see cref="LossWeights"/> and on the CPU.</summary>
    public Tensor? ForegroundWeights { get; init; }

    /// <summary>Whole images of which nothing is masked.</summary>
    /// <param name="patches">Scaled patches <c>[B*N, P*P*C]</c>.</param>
    /// <param name="tokens">Token numbers <c>[B*(1+N)]</c>.</param>
    /// <param name="count">B.</param>
    public static StepTensors Unmasked(Tensor patches, Tensor tokens, int count) => new(count, patches, tokens, patches.narrow(0, 0, 0)) { MaskedTokens = tokens.narrow(0, 0, 0) };
}
