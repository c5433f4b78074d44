using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Objectives;

[TestClass]
public sealed class ReconstructionLossTests
{
    // Sums of a dozen single precision products around 1.
    private const double Rounding = 1e-6;

    private static readonly float[] Predictions = [0.5f, -1, 2, 0.25f, 3, -0.5f];
    private static readonly float[] Targets = [0, 1, 1, -1, 2.5f, 0.5f];
    private static readonly float[] Weights = [1, 7.4f, 0];

    [TestMethod]
    public void Weighted_ByHand_IsTheSumDividedByTheNumberOfPatches()
    {
        using var scope = NewDisposeScope();
        var (predictions, targets, weights) = Case();
        // Errors of the patches: (0.25 + 4)/2, (1 + 1.5625)/2, (0.25 + 1)/2.
        Assert.AreEqual((2.125 + (7.4 * 1.28125)) / 3, ReconstructionLoss.Weighted(predictions, targets, weights).ToSingle(), 10 * Rounding);
    }

    [TestMethod]
    public void Weighted_AllOnes_IsTheMeanSquaredError()
    {
        using var scope = NewDisposeScope();
        var (predictions, targets, weights) = Case();
        Assert.AreEqual(ReconstructionLoss.MeanSquaredError(predictions, targets).ToSingle(), ReconstructionLoss.Weighted(predictions, targets, ones_like(weights)).ToSingle(), Rounding);
    }

    [TestMethod]
    public void Weighted_Gradient_FollowsTheWeights()
    {
        using var scope = NewDisposeScope();
        var (predictions, targets, weights) = Case();
        predictions.requires_grad_();
        ReconstructionLoss.Weighted(predictions, targets, weights).backward();
        float[] gradient = TensorMemory.ToSingles(predictions.grad!);
        for (int i = 0; i < gradient.Length; i++)
        {
            // d/dp of w (p - t)^2 / (F k), F = 2 elements a patch, k = 3 patches.
            Assert.AreEqual(Weights[i / 2] * 2 * (Predictions[i] - Targets[i]) / 6, gradient[i], 10 * Rounding, $"element {i}");
        }

        Assert.IsFalse(weights.requires_grad);
    }

    private static (Tensor Predictions, Tensor Targets, Tensor Weights) Case() => (tensor(Predictions).view(3, 2), tensor(Targets).view(3, 2), tensor(Weights));
}
