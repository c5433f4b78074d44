using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Objectives;

[TestClass]
public sealed class UniformityTests
{
    // Single against double precision for numbers up to 1.
    private const double Tolerance = 1e-6;

    // Central differences of step 1e-5 in double precision against a single-precision gradient.
    private const double GradientTolerance = 1e-6;

    [TestMethod]
    [DataRow(3, 8)]
    [DataRow(8, 3)]
    [DataRow(1, 4)]
    public void Of_RandomFeatures_EqualsTheLoopOverPairs(int count, int width)
    {
        float[] features = Features(count, width);
        using var scope = NewDisposeScope();
        var value = Uniformity.Of(TensorMemory.From<float>(features, ScalarType.Float32, CPU, count, width));
        Assert.AreEqual(Reference([.. features], count, width), value.ToSingle(), Tolerance);
    }

    [TestMethod]
    [DataRow(3, 8)]
    [DataRow(8, 3)]
    public void Of_Backward_EqualsCentralDifferences(int count, int width)
    {
        const double Step = 1e-5;
        float[] features = Features(count, width);
        using var scope = NewDisposeScope();
        var input = TensorMemory.From<float>(features, ScalarType.Float32, CPU, count, width).requires_grad_();
        Uniformity.Of(input).backward();
        float[] gradient = TensorMemory.ToSingles(input.grad!);
        for (int i = 0; i < features.Length; i++)
        {
            double[] up = [.. features], down = [.. features];
            up[i] += Step;
            down[i] -= Step;
            Assert.AreEqual((Reference(up, count, width) - Reference(down, count, width)) / (2 * Step), gradient[i], GradientTolerance, $"element {i}");
        }
    }

    [TestMethod]
    public void Of_SameFeatures_IsOne()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(1, Uniformity.Of(ones(5, 7)).ToSingle(), Tolerance);
    }

    [TestMethod]
    public void Of_OrthogonalFeatures_IsTheLeastPossible()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(0.25, Uniformity.Of(eye(4, 4).mul(3)).ToSingle(), Tolerance);
        Assert.AreEqual(0.25, Uniformity.Of(cat(new[] { eye(4, 4), eye(4, 4) }, 0)).ToSingle(), Tolerance, "more images than dimensions");
    }

    [TestMethod]
    public void Of_BFloat16Features_IsSinglePrecision()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(ScalarType.Float32, Uniformity.Of(ones(2, 4).to(ScalarType.BFloat16)).dtype);
    }

    private static float[] Features(int count, int width)
    {
        var random = new RandomStream(1, RandomPurpose.Initialization, 0, 0);
        var features = new float[count * width];
        for (int i = 0; i < features.Length; i++)
        {
            features[i] = (float)random.NextGaussian();
        }

        return features;
    }

    private static double Reference(double[] features, int count, int width)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                double cosine = Dot(i, j) / Math.Sqrt(Dot(i, i) * Dot(j, j));
                sum += cosine * cosine;
            }
        }

        return sum / (count * count);

        double Dot(int i, int j) => Enumerable.Range(0, width).Sum(k => features[(i * width) + k] * features[(j * width) + k]);
    }
}
