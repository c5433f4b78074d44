using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Kernels;

/// <summary>Holds the written-out passes to autograd's over the same parameters.</summary>
[TestClass]
public sealed class BlockStackTests
{
    private const int Batch = 3;
    private const int Depth = 2;
    private const int Width = 64;
    private const int Heads = 2;

    // Sums of up to 256 products in another order, through two blocks; relative to the largest number of each tensor.
    private const double SingleTolerance = 3e-5;

    // Every activation is rounded to 8 bits, in other places than autograd does it.
    private const double BFloat16Tolerance = 0.06;

    [TestMethod]
    [DataRow(1, false, false)]
    [DataRow(5, false, false)]
    [DataRow(17, false, false)]
    [DataRow(40, false, false)]
    [DataRow(17, false, true)]
    [DataRow(17, true, false)]
    [DataRow(17, true, true)]
    public void ForwardAndBackward_AnyLength_MatchAutograd(int tokens, bool bfloat16, bool multipliesByTorch)
    {
        using var scope = NewDisposeScope();
        var type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        double tolerance = bfloat16 ? BFloat16Tolerance : SingleTolerance;
        using var generator = new Generator(3);
        using var recorded = Parameters(type, generator);
        using var written = new ParameterArena(recorded);
        var x = randn(new long[] { Batch * tokens, Width }, generator: generator).to(type);
        var gradient = randn(new long[] { Batch * tokens, Width }, generator: generator).to(type);

        var leaf = x.detach().requires_grad_();
        var shape = new StackShape(Depth, Width, Heads, 4 * Width, 1e-6);
        var y = new BlockGroup(recorded, "blocks.", shape).Forward(leaf, new BlockConditions(Batch));
        y.backward(new[] { gradient });

        using IBlockStack stack = multipliesByTorch
            ? bfloat16
                ? new BlockStack<ushort, BFloat16Element>(written, "blocks.", shape, 0, new TorchProducts<ushort>())
                : new BlockStack<float, SingleElement>(written, "blocks.", shape, 0, new TorchProducts<float>())
            : BlockStack.Create(written, "blocks.", shape);
        var output = stack.Forward(x, Batch);
        Close(y, output, tolerance, "output");
        Close(leaf.grad!, stack.Backward(gradient), tolerance, "gradient of the input");
        CloseGradients(recorded, written, tolerance);
    }

    [TestMethod]
    [DataRow(false, nameof(LayerScaleBranches.None))]
    [DataRow(false, nameof(LayerScaleBranches.Mlp))]
    [DataRow(false, nameof(LayerScaleBranches.Both))]
    [DataRow(true, nameof(LayerScaleBranches.None))]
    [DataRow(true, nameof(LayerScaleBranches.Both))]
    public void ForwardAndBackward_StochasticDepthAndLayerScaleOfLaterBlocks_MatchAutograd(bool bfloat16, string scaledBranches)
    {
        const int Tokens = 5, All = 3;
        var layerScale = Enum.Parse<LayerScaleBranches>(scaledBranches);
        using var scope = NewDisposeScope();
        var type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        double tolerance = bfloat16 ? BFloat16Tolerance : SingleTolerance;
        using var generator = new Generator(11);
        using var recorded = Parameters(type, generator, All, layerScale == LayerScaleBranches.None ? null : 0.5);
        using var written = new ParameterArena(recorded);
        var x = randn(new long[] { Batch * Tokens, Width }, generator: generator).to(type);
        var gradient = randn(new long[] { Batch * Tokens, Width }, generator: generator).to(type);
        // Left out, as it is and magnified, each in both branches of both blocks that run.
        float[] scales = [1, 1, 0, 1.5f, 1, 0, 1, 1, 1.5f, 0, 0, 1, 1, 1, 1, 1, 1.5f, 1.5f];

        var leaf = x.detach().requires_grad_();
        var shape = new StackShape(All, Width, Heads, 4 * Width, 1e-6) { LayerScale = layerScale };
        var transposed = TensorMemory.From<float>(scales, ScalarType.Float32, CPU, Batch, 2 * All).t().to(type).contiguous().view(-1, Batch, 1, 1);
        var conditions = new BlockConditions(Batch, BranchScales: transposed);
        var y = leaf;
        foreach (int number in new[] { 1, 2 })
        {
            y = new TransformerBlock(recorded, $"blocks.{number}.", shape).Forward(y, number, conditions);
        }

        y.backward(new[] { gradient });
        using var stack = BlockStack.Create(written, "blocks.", shape, first: 1);
        Close(y, stack.Forward(x, Batch, new BranchScales(scales, Batch)), tolerance, "output");
        Close(leaf.grad!, stack.Backward(gradient), tolerance, "gradient of the input");
        CloseGradients(recorded, written, tolerance);
    }

    [TestMethod]
    [DataRow(1, 5, false)]
    [DataRow(Batch, 5, false)]
    [DataRow(Batch, 19, false)]
    [DataRow(Batch, 19, true)]
    public void ForwardAndBackward_LogitBias_MatchAutograd(int biases, int tokens, bool bfloat16)
    {
        using var scope = NewDisposeScope();
        var type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        double tolerance = bfloat16 ? BFloat16Tolerance : SingleTolerance;
        using var generator = new Generator(13);
        using var recorded = Parameters(type, generator);
        using var written = new ParameterArena(recorded);
        var x = randn(new long[] { Batch * tokens, Width }, generator: generator).to(type);
        var gradient = randn(new long[] { Batch * tokens, Width }, generator: generator).to(type);
        var bias = randn(new long[] { biases, Heads, tokens, tokens }, generator: generator).to(type).requires_grad_();
        var leaf = x.detach().requires_grad_();
        var shape = new StackShape(Depth, Width, Heads, 4 * Width, 1e-6);
        var y = new BlockGroup(recorded, "blocks.", shape).Forward(leaf, new BlockConditions(Batch, bias));
        y.backward(new[] { gradient });

        using var stack = BlockStack.Create(written, "blocks.", shape);
        Close(y, stack.Forward(x, Batch, logitBias: bias), tolerance, "output");
        var biasGradient = zeros_like(bias, ScalarType.Float32);
        Close(leaf.grad!, stack.Backward(gradient, biasGradient), tolerance, "gradient of the input");
        Close(bias.grad!, biasGradient, tolerance, "gradient of the bias");
        CloseGradients(recorded, written, tolerance);
    }

    [TestMethod]
    [DataRow(nameof(LayerScaleBranches.None))]
    [DataRow(nameof(LayerScaleBranches.Both))]
    public void Backward_Twice_AddsGradients(string scaledBranches)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        using var parameters = Parameters(ScalarType.Float32, generator, layerScale: 0.5);
        using var stack = BlockStack.Create(parameters, "blocks.", new StackShape(Depth, Width, Heads, 4 * Width, 1e-6) { LayerScale = Enum.Parse<LayerScaleBranches>(scaledBranches) });
        var x = randn(new long[] { Batch * 7, Width }, generator: generator);
        stack.Forward(x, Batch);
        stack.Backward(ones_like(x));
        var once = TensorMemory.ToSingles(parameters.Gradients);
        stack.Forward(x, Batch);
        stack.Backward(ones_like(x));
        CollectionAssert.AreEqual(once.Select(value => 2 * value).ToArray(), TensorMemory.ToSingles(parameters.Gradients).ToArray());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Forward_ForwardOnly_IsThatOfTrainingBitForBit(bool bfloat16)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(17);
        using var parameters = Parameters(bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32, generator, depth: 3);
        var shape = new StackShape(3, Width, Heads, 4 * Width, 1e-6);
        using var training = BlockStack.Create(parameters, "blocks.", shape);
        using var forwardOnly = BlockStack.Create(parameters, "blocks.", shape, isForwardOnly: true);
        foreach (int batch in new[] { 2, 3, 2 })
        {
            var x = randn(new long[] { batch * 7, Width }, generator: generator).to(parameters.ComputeValues.dtype);
            CollectionAssert.AreEqual(TensorMemory.ToSingles(training.Forward(x, batch).detach()), TensorMemory.ToSingles(forwardOnly.Forward(x, batch).detach()));
            Assert.ThrowsExactly<InvalidOperationException>(() => forwardOnly.Backward(x));
        }
    }

    [TestMethod]
    public void Forward_OtherBatchSizes_LeaveNoTensorsBehind()
    {
        using var generator = new Generator(7);
        using var parameters = Parameters(ScalarType.Float32, generator, layerScale: 0.5);
        long before = LiveTensors.Settled();
        using (var stack = BlockStack.Create(parameters, "blocks.", new StackShape(Depth, Width, Heads, 4 * Width, 1e-6) { LayerScale = LayerScaleBranches.Both }))
        {
            foreach (int batch in new[] { 4, 3, 4, 1, 4 })
            {
                using var scope = NewDisposeScope();
                var x = ones(batch * 6, Width);
                stack.Forward(x, batch);
                stack.Backward(x);
            }
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static ParameterArena Parameters(ScalarType type, Generator generator, int depth = Depth, double? layerScale = null)
    {
        var arena = new ParameterArena([.. BlockGroup.Declare("blocks.", new StackShape(depth, Width, Heads, 4 * Width, 1e-6), InitializationScheme.Mae, layerScale)], type, CPU);
        using var frozen = no_grad();
        arena.Initialize(1);
        // Biases and shifts start at zero and scales at one, which would hide mistakes.
        using var noise = randn(arena.Length, generator: generator).mul_(0.05);
        arena.Values.add_(noise);
        arena.RefreshComputeCopy();
        return arena;
    }

    private static void CloseGradients(ParameterArena recorded, ParameterArena written, double tolerance)
    {
        foreach (var spec in recorded.Specs)
        {
            Close(recorded.GradientOf(spec.Name), written.GradientOf(spec.Name), tolerance, spec.Name);
        }
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance, string name) => Close(TensorMemory.ToSingles(expected), TensorMemory.ToSingles(actual), tolerance, name);

    private static void Close(float[] expected, float[] actual, double tolerance, string name)
    {
        float largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance * largest, $"{name}, element {i}");
        }
    }
}
