using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Objectives;

[TestClass]
public sealed class LeastSquaresGanTests
{
    // Single precision for numbers around 1.
    private const float Tolerance = 1e-6f;

    [TestMethod]
    public void OfDiscriminator_Scores_AddsTheMeansOfBothSides()
    {
        using var scope = NewDisposeScope();
        // Sides of different size: means, not a mean over all.
        var loss = LeastSquaresGan.OfDiscriminator(Scores(0.5f, 2), Scores(0.5f, -1, 2, 0));
        Assert.AreEqual(((0.25f + 1) / 2) + ((0.25f + 1 + 4) / 4), loss.ToSingle(), Tolerance);
    }

    [TestMethod]
    public void OfGenerator_Scores_IsTheMeanSquareToOne()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual((0.25f + 4 + 1) / 3, LeastSquaresGan.OfGenerator(Scores(0.5f, -1, 2)).ToSingle(), Tolerance);
    }

    private static Tensor Scores(params float[] values) => TensorMemory.From<float>(values, ScalarType.Float32, CPU, values.Length, 1);
}
