using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Objectives;

[TestClass]
public sealed class LossPredictionTests
{
    private const int Images = 3;
    private const int Patches = 7;

    // Single against double precision for sums of numbers around 1.
    private const double Tolerance = 1e-6;

    // Central differences of step 1e-5 in double precision against a single-precision gradient.
    private const double GradientTolerance = 1e-6;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Loss_RandomPredictions_EqualsTheLoopOverPatches(bool isRelative)
    {
        var (predicted, actual) = (Draw(1), DrawWithTies(2));
        using var scope = NewDisposeScope();
        Assert.AreEqual(Reference([.. predicted], actual, isRelative), Loss(Upload(predicted), Upload(actual), isRelative).ToSingle(), Tolerance);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Loss_Backward_EqualsCentralDifferencesAndStopsAtTheActualLosses(bool isRelative)
    {
        const double Step = 1e-5;
        var (predicted, actual) = (Draw(1), DrawWithTies(2));
        using var scope = NewDisposeScope();
        var (input, losses) = (Upload(predicted).requires_grad_(), Upload(actual).requires_grad_());
        Loss(input, losses, isRelative).backward();
        Assert.IsNull(losses.grad);
        float[] gradient = TensorMemory.ToSingles(input.grad!);
        for (int i = 0; i < predicted.Length; i++)
        {
            double[] up = [.. predicted], down = [.. predicted];
            up[i] += Step;
            down[i] -= Step;
            double expected = (Reference(up, actual, isRelative) - Reference(down, actual, isRelative)) / (2 * Step);
            Assert.AreEqual(expected, gradient[i], GradientTolerance, $"element {i}");
        }
    }

    [TestMethod]
    [DataRow(LossPredictionForm.Relative)]
    [DataRow(LossPredictionForm.Absolute)]
    public void Of_PartsOfABatch_AddUpToTheWhole(LossPredictionForm form)
    {
        using var scope = NewDisposeScope();
        Tensor predicted = Upload(Draw(1)), actual = Upload(Draw(2));
        double parts = 0;
        foreach (var (start, length) in new[] { (0, 1), (1, Images - 1) })
        {
            parts += LossPrediction.Of(form, predicted.narrow(0, start, length), actual.narrow(0, start, length), Images * Patches).ToSingle();
        }

        Assert.AreEqual(Reference([.. Draw(1)], Draw(2), form == LossPredictionForm.Relative), parts, Tolerance);
    }

    [TestMethod]
    public void Relative_EqualLosses_IsZero()
    {
        using var scope = NewDisposeScope();
        var predicted = Upload(Draw(1)).requires_grad_();
        var loss = LossPrediction.Relative(predicted, ones(Images, Patches), pairs: 1);
        loss.backward();
        Assert.AreEqual(0f, loss.ToSingle());
        Assert.IsTrue(TensorMemory.ToSingles(predicted.grad!).All(gradient => gradient == 0));
    }

    // Of the 21 pairs of an image one is a tie, which the papers' code does not count.
    private static Tensor Loss(Tensor predicted, Tensor actual, bool isRelative) => isRelative
        ? LossPrediction.Relative(predicted, actual, pairs: Images * ((Patches * (Patches - 1) / 2) - 1))
        : LossPrediction.Absolute(predicted, actual, Images * Patches);

    private static double Reference(double[] predicted, float[] actual, bool isRelative)
    {
        var (sum, count) = (0.0, 0);
        for (int image = 0; image < Images; image++)
        {
            double[] p = predicted.AsSpan(image * Patches, Patches).ToArray(), a = [.. actual.AsSpan(image * Patches, Patches).ToArray()];
            double mean = a.Average(), deviation = Math.Sqrt((a.Sum(x => (x - mean) * (x - mean)) / (Patches - 1)) + 1e-6);
            for (int i = 0; i < Patches; i++)
            {
                if (!isRelative)
                {
                    sum += Math.Pow(p[i] - ((a[i] - mean) / deviation), 2);
                    count++;
                    continue;
                }

                for (int j = 0; j < Patches; j++)
                {
                    if (a[i] != a[j])
                    {
                        double probability = 1 / (1 + Math.Exp(p[j] - p[i]));
                        sum -= Math.Log((a[i] > a[j] ? probability : 1 - probability) + 1e-6);
                        count++;
                    }
                }
            }
        }

        return sum / count;
    }

    private static float[] Draw(long stream)
    {
        var random = new RandomStream(1, RandomPurpose.Initialization, 0, stream);
        return [.. Enumerable.Range(0, Images * Patches).Select(_ => (float)random.NextGaussian())];
    }

    // Two patches of each image have the same loss.
    private static float[] DrawWithTies(long stream)
    {
        float[] losses = Draw(stream);
        for (int first = 0; first < losses.Length; first += Patches)
        {
            losses[first + 1] = losses[first + 4];
        }

        return losses;
    }

    private static Tensor Upload(float[] values) => TensorMemory.From<float>(values, ScalarType.Float32, CPU, Images, Patches);
}
