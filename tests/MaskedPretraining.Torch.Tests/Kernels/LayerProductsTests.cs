using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Kernels;

/// <summary>Holds the products of a layer, by each library that there is, to sums made number by number in double precision.</summary>
[TestClass]
public sealed class LayerProductsTests
{
    // Sums of up to 70 products of numbers about 1, in another order; relative to the largest.
    private const double SingleTolerance = 1e-6;

    // libtorch's bfloat16 products and every gradient of a bfloat16 weight are rounded to 8 bits, the latter twice.
    private const double BFloat16Tolerance = 0.01;

    [TestMethod]
    [DataRow(1, 32, 48, false)]
    [DataRow(37, 70, 19, false)]
    [DataRow(64, 33, 65, false)]
    [DataRow(37, 80, 16, true)]
    [DataRow(5, 32, 112, true)]
    public void Products_AnySizes_MatchSums(int rows, int inputs, int outputs, bool bfloat16)
    {
        TorchRuntime.EnsureStarted();
        if (bfloat16)
        {
            using var byTorch = new TorchProducts<ushort>();
            Check(byTorch, rows, inputs, outputs, ScalarType.BFloat16, BFloat16Tolerance);
            if (OneDnn.HasBFloat16)
            {
                using var products = new OneDnnProducts<ushort, BFloat16Element>();
                Check(products, rows, inputs, outputs, ScalarType.BFloat16, BFloat16Tolerance);
            }
        }
        else
        {
            using var byTorch = new TorchProducts<float>();
            Check(byTorch, rows, inputs, outputs, ScalarType.Float32, SingleTolerance);
            if (OneDnn.HasSingle)
            {
                using var products = new OneDnnProducts<float, SingleElement>();
                Check(products, rows, inputs, outputs, ScalarType.Float32, SingleTolerance);
            }
        }
    }

    [TestMethod]
    public void Description_OneDnnThereOrNot_SaysWhatMultiplies()
    {
        string multiplier = (OneDnn.HasSingle, OneDnn.HasBFloat16) switch
        {
            (true, true) => "oneDNN",
            (true, false) => "oneDNN in single precision, libtorch in bfloat16",
            (false, true) => "libtorch in single precision, oneDNN in bfloat16",
            _ => "libtorch",
        };
        Assert.EndsWith("products in blocks: " + multiplier, TorchRuntime.Description);
    }

    private static void Check<T>(LayerProducts<T> products, int rows, int inputs, int outputs, ScalarType type, double tolerance)
        where T : unmanaged
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator(7);
        using var parameters = new ParameterArena(
            [new ParameterSpec("layer.weight", [outputs, inputs], Initial.Constant(0)), new ParameterSpec("layer.bias", [outputs], Initial.Constant(0))], type, CPU);
        parameters.Values.copy_(randn(parameters.Length, generator: generator));
        parameters.RefreshComputeCopy();
        parameters.Gradients.fill_(1);
        using var layer = BlockParameters<T>.Of(parameters, "layer");
        using var x = Filled<T>(rows, inputs, type, generator);
        using var gradient = Filled<T>(rows, outputs, type, generator);
        using var y = Filled<float>(rows, outputs, ScalarType.Float32, generator);
        using var inputGradient = Filled<float>(rows, inputs, ScalarType.Float32, generator);
        float[] w = Numbers(parameters["layer.weight"]), xs = Numbers(x.Rows), dy = Numbers(gradient.Rows), before = Numbers(y.Rows);

        products.Forward(x, layer, y);
        Close(Each(rows, outputs, inputs, (r, o, i) => xs[(r * inputs) + i] * (double)w[(o * inputs) + i], before), y.Rows, tolerance, "added to y");
        products.Forward(x, layer, y, adds: false);
        Close(Each(rows, outputs, inputs, (r, o, i) => xs[(r * inputs) + i] * (double)w[(o * inputs) + i]), y.Rows, tolerance, "y");
        products.Backward(gradient, layer, inputGradient);
        Close(Each(rows, inputs, outputs, (r, i, o) => dy[(r * outputs) + o] * (double)w[(o * inputs) + i]), inputGradient.Rows, tolerance, "gradient of x");
        products.AddWeightGradient(gradient, x, layer);
        float[] ones = [.. Enumerable.Repeat(1f, outputs * inputs)];
        Close(Each(outputs, inputs, rows, (o, i, r) => dy[(r * outputs) + o] * (double)xs[(r * inputs) + i], ones), layer.WeightGradient, tolerance, "gradient of W");
    }

    private static RowBuffer<T> Filled<T>(int rows, int width, ScalarType type, Generator generator)
        where T : unmanaged
    {
        var buffer = new RowBuffer<T>(rows, width, type);
        buffer.Rows.copy_(randn(rows, width, generator: generator));
        return buffer;
    }

    private static float[] Numbers(Tensor tensor) => TensorMemory.ToSingles(tensor.detach());

    private static double[] Each(int rows, int columns, int inner, Func<int, int, int, double> product, float[]? before = null) =>
    [
        .. Enumerable.Range(0, rows * columns).Select(place =>
            (before?[place] ?? 0) + Enumerable.Range(0, inner).Sum(k => product(place / columns, place % columns, k))),
    ];

    private static void Close(double[] expected, Tensor actual, double tolerance, string name)
    {
        float[] found = Numbers(actual);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], found[i], tolerance * largest, $"{name}, element {i}");
        }
    }
}
