using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>Least-squares losses of a game between discriminator and generator (LSGAN, Mao et al. 2017), with labels 1 and 0, as AutoMAE plays it.</summary>
internal static class LeastSquaresGan
{
    /// <summary><c>mean (real - 1)² + mean fake²</c>, without LSGAN's halves; 1 where no score is any use.</summary>
    /// <param name="real">Scores of real samples, any shape.</param>
    /// <param name="fake">Scores of the generator's samples, any shape.</param>
    public static Tensor OfDiscriminator(Tensor real, Tensor fake)
    {
        using var scope = NewDisposeScope();
        return OfGenerator(real).add(fake.square().mean()).MoveToOuterDisposeScope();
    }

    /// <summary><c>mean (scores - 1)²</c>.</summary>
    /// <param name="scores">Scores of the generator's samples, any shape.</param>
    public static Tensor OfGenerator(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scores.sub(1).square().mean().MoveToOuterDisposeScope();
    }
}
