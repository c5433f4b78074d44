using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class LimitedMemoryBfgsTests
{
    /// <summary>Single precision, and curvatures a thousand times apart.</summary>
    private const double Tolerance = 2e-3;

    [TestInitialize]
    public void Start() => TorchRuntime.EnsureStarted();

    [TestMethod]
    public void Step_Quadratic_FindsTheOptimumThatAlgebraGives()
    {
        // f = sum of c (x - a)^2 / 2, least at a.
        double[] curvatures = [1000, 100, 10, 1, 3, 30, 300, 2], optimum = [1, -2, 3, 0.5, -0.25, 4, 0, -1];
        using var solver = Solve(new Quadratic(curvatures, optimum), new float[optimum.Length], out _);
        float[] found = TensorMemory.ToSingles(solver.Point);
        for (int i = 0; i < optimum.Length; i++)
        {
            Assert.AreEqual(optimum[i], found[i], Tolerance);
        }
    }

    [TestMethod]
    public void Step_RosenbrocksValley_ArrivesAtItsEndAndNeverGoesUp()
    {
        using var solver = Solve(new Valley(), [-1.2f, 1], out var values);
        CollectionAssert.AreEqual(values.OrderDescending().ToArray(), values.ToArray());
        float[] found = TensorMemory.ToSingles(solver.Point);
        Assert.AreEqual(1, found[0], Tolerance);
        Assert.AreEqual(1, found[1], 2 * Tolerance);
        Assert.IsLessThan(80, values.Count, "Gradient descent needs thousands of steps there.");
    }

    [TestMethod]
    public void Step_AtTheOptimum_SaysThatThereIsNoBetterPoint()
    {
        using var scope = NewDisposeScope();
        using var solver = new LimitedMemoryBfgs(new Quadratic([1, 2], [0, 0]), zeros(2, ScalarType.Float32));
        Assert.IsFalse(solver.Step());
        Assert.AreEqual(0, solver.Value);
    }

    [TestMethod]
    public void Step_ManyTimes_LeavesNoTensor()
    {
        long before = LiveTensors.Settled();
        Solve(new Valley(), [-1.2f, 1], out _).Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static LimitedMemoryBfgs Solve(ISmoothFunction function, float[] start, out List<double> values)
    {
        using var scope = NewDisposeScope();
        var solver = new LimitedMemoryBfgs(function, TensorMemory.From<float>(start, ScalarType.Float32, CPU, start.Length));
        values = [solver.Value];
        while (values.Count < 200 && solver.Step())
        {
            values.Add(solver.Value);
        }

        return solver;
    }

    private sealed class Quadratic(double[] curvatures, double[] optimum) : ISmoothFunction
    {
        public (double Value, Tensor Gradient) At(Tensor point)
        {
            float[] x = TensorMemory.ToSingles(point);
            double value = x.Select((each, i) => curvatures[i] * (each - optimum[i]) * (each - optimum[i]) / 2).Sum();
            float[] gradient = [.. x.Select((each, i) => (float)(curvatures[i] * (each - optimum[i])))];
            return (value, TensorMemory.From<float>(gradient, ScalarType.Float32, CPU, gradient.Length));
        }
    }

    /// <summary>(1 - x)^2 + 100 (y - x^2)^2.</summary>
    private sealed class Valley : ISmoothFunction
    {
        public (double Value, Tensor Gradient) At(Tensor point)
        {
            float[] at = TensorMemory.ToSingles(point);
            double x = at[0], y = at[1], off = y - (x * x);
            float[] gradient = [(float)((-2 * (1 - x)) - (400 * x * off)), (float)(200 * off)];
            return (((1 - x) * (1 - x)) + (100 * off * off), TensorMemory.From<float>(gradient, ScalarType.Float32, CPU, 2));
        }
    }
}
