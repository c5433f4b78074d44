namespace MaskedPretraining.Core.Models;

/// <summary>How first weights are drawn.</summary>
public enum WeightInitialization
{
    /// <summary>MAE's: matrices Xavier-uniform, biases zero, tokens normal with deviation 0.02; the patch embedding's bias keeps PyTorch's bound.</summary>
    Mae,

    /// <summary>SimMIM's: normal with deviation 0.02 cut at ±0.02, biases zero; the matrices that end a branch of block i (from 1) are divided by sqrt(2 i). The head keeps PyTorch's bound 1/sqrt(D).</summary>
    SimMim,

    /// <summary>MaskFeat's: normal with deviation 0.02, biases zero.</summary>
    /// <remarks>The released code sets biases of encoder and normalisation layers to 0.02; MMPretrain's zeros are taken.</remarks>
    MaskFeat,
}
