using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class SoftmaxRegressionTests
{
    private const int Rows = 23;
    private const int Width = 5;
    private const int Classes = 3;
    private const double Decay = 0.1;

    /// <summary>Single precision against double.</summary>
    private const double Tolerance = 1e-6;

    [TestInitialize]
    public void Start() => TorchRuntime.EnsureStarted();

    [TestMethod]
    public void At_AnyPoint_IsTheLossAndGradientWorkedOutRowByRow()
    {
        var (features, labels, point) = Problem();
        var (value, gradient) = At(features, labels, point);
        var expected = Slowly(features, labels, point);
        Assert.AreEqual(expected.Value, value, Tolerance);
        for (int i = 0; i < gradient.Length; i++)
        {
            Assert.AreEqual(expected.Gradient[i], gradient[i], Tolerance);
        }
    }

    [TestMethod]
    public void At_Optimum_OfManySmallStepsDownhill_IsWhereTheSolverEnds()
    {
        // A decay of 0.1 makes the optimum one point that plain descent reaches.
        const double Near = 1e-4;
        var (features, labels, _) = Problem();
        double[] slow = new double[Classes * (Width + 1)];
        for (int step = 0; step < 20_000; step++)
        {
            var gradient = Slowly(features, labels, [.. slow.Select(value => (float)value)]).Gradient;
            for (int i = 0; i < slow.Length; i++)
            {
                slow[i] -= 0.3 * gradient[i];
            }
        }

        using var scope = NewDisposeScope();
        using var loss = Loss(features, labels);
        using var solver = new LimitedMemoryBfgs(loss, zeros(Classes, Width + 1, ScalarType.Float32));
        while (solver.LargestSlope > 1e-6 && solver.Step())
        {
        }

        float[] found = TensorMemory.ToSingles(solver.Point);
        for (int i = 0; i < slow.Length; i++)
        {
            Assert.AreEqual(slow[i], found[i], i % (Width + 1) == Width ? double.PositiveInfinity : Near, $"weight {i}");
        }

        // Biases may all move by the same amount: their differences are what counts.
        for (int label = 1; label < Classes; label++)
        {
            Assert.AreEqual(slow[(label * (Width + 1)) + Width] - slow[Width], found[(label * (Width + 1)) + Width] - found[Width], Near);
        }
    }

    private static (float[] Features, long[] Labels, float[] Point) Problem()
    {
        var random = new RandomStream(5, RandomPurpose.Scene, 0, 0);
        float[] features = [.. Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextGaussian())];
        long[] labels = [.. Enumerable.Range(0, Rows).Select(_ => (long)random.NextInt32(Classes))];
        float[] point = [.. Enumerable.Range(0, Classes * (Width + 1)).Select(_ => (float)random.NextGaussian())];
        return (features, labels, point);
    }

    private static SoftmaxRegression Loss(float[] features, long[] labels) => new(
        TensorMemory.From<float>(features, ScalarType.Float32, CPU, Rows, Width), TensorMemory.From<long>(labels, ScalarType.Int64, CPU, Rows, 1), Decay);

    private static (double Value, float[] Gradient) At(float[] features, long[] labels, float[] point)
    {
        using var scope = NewDisposeScope();
        using var loss = Loss(features, labels);
        var (value, gradient) = loss.At(TensorMemory.From<float>(point, ScalarType.Float32, CPU, Classes, Width + 1));
        return (value, TensorMemory.ToSingles(gradient));
    }

    private static (double Value, double[] Gradient) Slowly(float[] features, long[] labels, float[] point)
    {
        double value = 0;
        var gradient = new double[point.Length];
        for (int row = 0; row < Rows; row++)
        {
            double[] inputs = [.. features.AsSpan(row * Width, Width).ToArray().Select(each => (double)each), 1];
            double[] scores = [.. Enumerable.Range(0, Classes).Select(label => inputs.Select((each, i) => each * point[(label * (Width + 1)) + i]).Sum())];
            double total = scores.Sum(Math.Exp);
            value -= Math.Log(Math.Exp(scores[labels[row]]) / total) / Rows;
            for (int label = 0; label < Classes; label++)
            {
                double error = (Math.Exp(scores[label]) / total) - (label == labels[row] ? 1 : 0);
                for (int i = 0; i <= Width; i++)
                {
                    gradient[(label * (Width + 1)) + i] += error * inputs[i] / Rows;
                }
            }
        }

        for (int i = 0; i < point.Length; i++)
        {
            if (i % (Width + 1) != Width)
            {
                value += Decay * point[i] * point[i] / 2;
                gradient[i] += Decay * point[i];
            }
        }

        return (value, gradient);
    }
}
