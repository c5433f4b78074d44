using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class HeadAttentionTests
{
    // Single precision, other orders of summation.
    private const double Tolerance = 2e-6;

    [TestMethod]
    [DataRow(0, DisplayName = "no bias")]
    [DataRow(1, DisplayName = "one bias for all images")]
    [DataRow(3, DisplayName = "a bias an image")]
    public void Fused_AnyBias_HasTheValuesAndGradientsOfTheProducts(int biases)
    {
        const int Batch = 3, Heads = 2, Tokens = 5, Width = 8;
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var qkv = randn(new long[] { Batch * Tokens, 3 * Width }, generator: generator);
        var weights = randn(new long[] { Batch * Tokens, Width }, generator: generator);
        var bias = biases == 0 ? null : randn(new long[] { biases, Heads, Tokens, Tokens }, generator: generator);
        var (values, gradient, biasGradient) = Run(HeadAttention.Fused);
        var (expected, expectedGradient, expectedBiasGradient) = Run(HeadAttention.Written);
        AssertNear(expected, values);
        AssertNear(expectedGradient, gradient);
        AssertNear(expectedBiasGradient, biasGradient);
        AssertNear(TensorMemory.ToSingles(HeadAttention.Of(qkv, Batch, Heads, bias)), values);

        (float[] Values, float[] Gradient, float[] BiasGradient) Run(Func<Tensor, long, int, Tensor?, Tensor> attend)
        {
            Tensor input = qkv.detach().clone().requires_grad_(), added = (bias ?? zeros(1)).detach().clone().requires_grad_();
            var output = attend(input, Batch, Heads, bias is null ? null : added);
            output.mul(weights).sum().backward();
            return (TensorMemory.ToSingles(output), TensorMemory.ToSingles(input.grad!), bias is null ? [] : TensorMemory.ToSingles(added.grad!));
        }
    }

    private static void AssertNear(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], found[i], Tolerance, $"element {i}");
        }
    }
}
