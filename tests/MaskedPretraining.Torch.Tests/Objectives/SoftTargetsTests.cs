using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Objectives;

[TestClass]
public sealed class SoftTargetsTests
{
    // Sums of a few single-precision numbers about 1.
    private const float Tolerance = 1e-6f;
    private static readonly long[] Labels = [2, 0, 2, 4, 1];

    [TestMethod]
    [DataRow(0.0, 1.0)]
    [DataRow(0.1, 1.0)]
    [DataRow(0.0, 0.3)]
    [DataRow(0.12, 0.3)]
    public void Of_AnySmoothingAndLambda_EqualsItsDefinition(double smoothing, double lambda)
    {
        using var scope = NewDisposeScope();
        float[] targets = TensorMemory.ToSingles(SoftTargets.Of(Labels, 5, smoothing, lambda, CPU));
        for (int image = 0; image < 5; image++)
        {
            for (int label = 0; label < 5; label++)
            {
                double expected = (lambda * Smooth(Labels[image])) + ((1 - lambda) * Smooth(Labels[4 - image]));
                Assert.AreEqual(expected, targets[(image * 5) + label], Tolerance);

                double Smooth(long own) => own == label ? 1 - smoothing + (smoothing / 5) : smoothing / 5;
            }
        }
    }

    [TestMethod]
    public void CrossEntropy_HardTargets_EqualsTheOrdinaryOne()
    {
        using var scope = NewDisposeScope();
        var logits = Logits();
        var expected = nn.functional.cross_entropy(logits, TensorMemory.From<long>(Labels, ScalarType.Int64, CPU, 5));

        var actual = SoftTargets.CrossEntropy(logits, SoftTargets.Of(Labels, 5, 0, 1, CPU)).mean();

        Assert.AreEqual(expected.ToSingle(), actual.ToSingle(), Tolerance);
    }

    [TestMethod]
    public void CrossEntropy_Backward_GivesSoftmaxLessTarget()
    {
        using var scope = NewDisposeScope();
        var logits = Logits().requires_grad_();
        var targets = SoftTargets.Of(Labels, 5, 0.1, 0.6, CPU);

        SoftTargets.CrossEntropy(logits, targets).sum().backward();

        float[] expected = TensorMemory.ToSingles(nn.functional.softmax(logits.detach(), 1).sub(targets)), actual = TensorMemory.ToSingles(logits.grad!);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Tolerance);
        }
    }

    private static Tensor Logits()
    {
        var random = new Random(3);
        return TensorMemory.From<float>([.. Enumerable.Range(0, 25).Select(_ => (4 * random.NextSingle()) - 2)], ScalarType.Float32, CPU, 5, 5);
    }
}
