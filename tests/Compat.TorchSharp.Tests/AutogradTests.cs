using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Compat.TorchSharp.Tests;

[TestClass]
public sealed class AutogradTests
{
    // Central differences of a double function with this step: truncation and rounding both near 1e-8.
    private const double Step = 1e-5;
    private const double Tolerance = 1e-7;

    [TestMethod]
    public void Backward_AttentionBlockInDouble_MatchesNumericGradient()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn(2, 5, 8, ScalarType.Float64);
        var w = randn(24, 8, ScalarType.Float64, requires_grad: true);
        Tensor Loss()
        {
            var qkv = functional.linear(functional.layer_norm(x, [8]), w).reshape(2, 5, 3, 2, 4).permute(2, 0, 3, 1, 4);
            var parts = qkv.unbind();
            var attention = functional.softmax(parts[0].matmul(parts[1].transpose(-2, -1)) * 0.5, -1);
            return functional.gelu(attention.matmul(parts[2])).square().mean();
        }

        Loss().backward();
        var gradient = w.grad!.data<double>().ToArray();
        using var noGrad = no_grad();
        var values = MemoryMarshal.Cast<byte, double>(w.bytes);
        for (var i = 0; i < gradient.Length; i += 7)
        {
            var kept = values[i];
            values[i] = kept + Step;
            var above = Loss().item<double>();
            values[i] = kept - Step;
            var below = Loss().item<double>();
            values[i] = kept;
            Assert.AreEqual((above - below) / (2 * Step), gradient[i], Tolerance, $"element {i}");
        }
    }

    [TestMethod]
    public void Grad_SetToAView_AccumulatesIntoTheFlatBuffer()
    {
        using var scope = NewDisposeScope();
        var flat = zeros(6);
        var p = ones(2, 3, requires_grad: true);
        p.grad = flat.view(2, 3);
        (p * 2).sum().backward();
        (p * 3).sum().backward();
        TensorTests.Same([5, 5, 5, 5, 5, 5], flat);
    }

    [TestMethod]
    public void Grad_WithoutBackward_IsNull()
    {
        using var p = ones(2, requires_grad: true);
        Assert.IsNull((object?)p.grad);
    }

    [TestMethod]
    public void NoGrad_Inside_RecordsNothing()
    {
        using var scope = NewDisposeScope();
        var p = ones(2, requires_grad: true);
        using (no_grad())
        {
            Assert.IsFalse(is_grad_enabled());
            Assert.IsFalse((p * 2).requires_grad);
            using (enable_grad())
                Assert.IsTrue((p * 2).requires_grad);
        }

        Assert.IsTrue(is_grad_enabled());
        Assert.IsTrue((p * 2).requires_grad);
        Assert.IsFalse((p * 2).detach().requires_grad);
    }

    [TestMethod]
    public void Backward_FreedGraph_ThrowsAndTheProcessGoesOn()
    {
        using var scope = NewDisposeScope();
        var p = ones(2, requires_grad: true);
        var loss = (p * p).sum();
        loss.backward();
        Assert.ThrowsExactly<ExternalException>(() => loss.backward());
        Assert.AreEqual(4f, p.grad!.sum().item<float>());
    }

    [TestMethod]
    public void CrossEntropy_ClassesWithSmoothing_MatchesFormula()
    {
        const double Rounding = 1e-6;
        using var scope = NewDisposeScope();
        var logits = tensor(new double[] { 1, 2, 0.5 }).reshape(1, 3);
        var log = functional.log_softmax(logits, 1).data<double>().ToArray();
        var expected = -(0.9 * log[1]) - 0.1 * (log[0] + log[1] + log[2]) / 3;
        Assert.AreEqual(expected, functional.cross_entropy(logits, tensor(new long[] { 1 }), label_smoothing: 0.1).item<double>(), Rounding);
    }

    [TestMethod]
    public void Training_TwoLayerNetwork_ConvergesWithHandWrittenSteps()
    {
        using var outer = NewDisposeScope();
        manual_seed(5);
        var x = linspace(-1, 1, 64).reshape(64, 1);
        var y = (x * 3).sin();
        Tensor[] parameters = [randn(32, 1, requires_grad: true), zeros(32, requires_grad: true), (randn(1, 32) * 0.2).requires_grad_(), zeros(1, requires_grad: true)];
        var live = 0L;
        var last = float.MaxValue;
        for (var step = 0; step < 300; step++)
        {
            using (var scope = NewDisposeScope())
            {
                var hidden = functional.linear(x, parameters[0], parameters[1]).tanh();
                var loss = functional.mse_loss(functional.linear(hidden, parameters[2], parameters[3]), y);
                loss.backward();
                using (no_grad())
                {
                    foreach (var p in parameters)
                    {
                        p.sub_(p.grad! * 0.1);
                        p.grad!.zero_();
                    }
                }

                last = loss.item<float>();
            }

            if (step == 0)
                live = Tensor.TotalCount;
            Assert.AreEqual(live, Tensor.TotalCount);
        }

        Assert.IsLessThan(0.02f, last);
    }
}
