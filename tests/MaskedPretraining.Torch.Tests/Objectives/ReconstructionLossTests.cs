using MaskedPretraining.Core.Objectives;
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
    public void Sum_Weighted_IsTheSumDividedByTheNumberOfPatches()
    {
        using var scope = NewDisposeScope();
        var (predictions, targets, weights) = Case();
        // Errors of the patches: (0.25 + 4)/2, (1 + 1.5625)/2, (0.25 + 1)/2.
        Assert.AreEqual((2.125 + (7.4 * 1.28125)) / 3, Loss(predictions, targets, weights).ToSingle(), 10 * Rounding);
    }

    [TestMethod]
    public void Sum_WeightsOfOne_AreNoWeightsBitForBit()
    {
        using var scope = NewDisposeScope();
        var (predictions, targets, weights) = Case();
        Assert.AreEqual(Loss(predictions, targets, weights: null).ToSingle(), Loss(predictions, targets, ones_like(weights)).ToSingle());
        Assert.AreEqual(nn.functional.mse_loss(predictions, targets).ToSingle(), Loss(predictions, targets, weights: null).ToSingle(), Rounding);
    }

    [TestMethod]
    public void Sum_WeightedGradient_FollowsTheWeights()
    {
        using var scope = NewDisposeScope();
        var (predictions, targets, weights) = Case();
        predictions.requires_grad_();
        Loss(predictions, targets, weights).backward();
        float[] gradient = TensorMemory.ToSingles(predictions.grad!);
        for (int i = 0; i < gradient.Length; i++)
        {
            // d/dp of w (p - t)^2 / (F k), F = 2 elements a patch, k = 3 patches.
            Assert.AreEqual(Weights[i / 2] * 2 * (Predictions[i] - Targets[i]) / 6, gradient[i], 10 * Rounding, $"element {i}");
        }

        Assert.IsFalse(weights.requires_grad);
    }

    [TestMethod]
    public void PerPatch_Absolute_IsTheMeanDistance()
    {
        using var scope = NewDisposeScope();
        var (predictions, targets, _) = Case();
        float[] errors = TensorMemory.ToSingles(ReconstructionLoss.PerPatch(predictions, targets, ReconstructionError.Absolute));
        CollectionAssert.AreEqual(new[] { 1.25f, 1.125f, 0.75f }, errors);
    }

    private static Tensor Loss(Tensor predictions, Tensor targets, Tensor? weights) =>
        ReconstructionLoss.Sum(ReconstructionLoss.PerPatch(predictions, targets, ReconstructionError.Squared), weights, count: 3);

    private static (Tensor Predictions, Tensor Targets, Tensor Weights) Case() => (tensor(Predictions).view(3, 2), tensor(Targets).view(3, 2), tensor(Weights));
}
