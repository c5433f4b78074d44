using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>A function of many numbers with a gradient everywhere.</summary>
internal interface ISmoothFunction
{
    /// <summary>Value and gradient at a point.</summary>
    /// <param name="point">Any shape.</param>
    /// <returns>The gradient has the point's shape and belongs to the caller's scope.</returns>
    (double Value, Tensor Gradient) At(Tensor point);
}
