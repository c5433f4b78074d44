using MaskedPretraining.Torch.Models;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>The shape of a stack of equal transformer blocks.</summary>
/// <param name="Depth">Blocks.</param>
/// <param name="Width">D.</param>
/// <param name="Heads">h.</param>
/// <param name="Hidden">Width of the MLP's hidden layer.</param>
/// <param name="Epsilon">Of layer normalisation.</param>
internal sealed record StackShape(int Depth, int Width, int Heads, int Hidden, double Epsilon)
{
    /// <summary>Which branches have LayerScale.</summary>
    public LayerScaleBranches LayerScale { get; init; }

    /// <summary>Whether the kernels' vectors divide rows and heads.</summary>
    public bool SuitsKernels => Width % Heads == 0 && Width / Heads % IElement<float>.Count == 0 && Hidden % IElement<float>.Count == 0;
}
