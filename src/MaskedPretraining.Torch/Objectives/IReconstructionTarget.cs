using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>What a decoder has to predict about a patch.</summary>
internal interface IReconstructionTarget
{
    /// <summary>Whether <see cref="Of"/> looks at <see cref="StepTensors.AllPatches"/>.</summary>
    bool NeedsWholeImages { get; }

    /// <summary>Numbers F in the target of a patch.</summary>
    int LengthFor(VisionTransformerOptions encoder);

    /// <summary>Works out the targets of the masked patches. Nothing here is differentiated.</summary>
    /// <param name="step">The batch.</param>
    /// <returns>One row a masked patch, <c>[M, F]</c>, single precision.</returns>
    Tensor Of(StepTensors step);
}
