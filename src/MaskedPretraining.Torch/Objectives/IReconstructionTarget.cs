using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>What a decoder has to predict about a patch.</summary>
internal interface IReconstructionTarget
{
    /// <summary>Works out the targets. Nothing here is differentiated.</summary>
    /// <param name="patches">Normalised patches <c>[k, P*P*C]</c>, element order (y, x, channel), single precision.</param>
    /// <returns>One row a patch, <c>[k, F]</c>.</returns>
    Tensor Of(Tensor patches);
}
