using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Compares gradients tensor by tensor: a small tensor must not hide behind the largest one.</summary>
internal static class Gradients
{
    /// <summary>Every gradient of a model by name.</summary>
    public static Dictionary<string, float[]> Of(ParameterArena parameters) => parameters.Specs.ToDictionary(spec => spec.Name, spec => parameters.GradientOf(spec.Name));

    /// <summary>Holds each element to a tolerance relative to the largest element of its own tensor.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">What is tested.</param>
    /// <param name="tolerance">Relative.</param>
    /// <param name="floor">Absolute, for tensors whose gradient is nothing but rounding.</param>
    public static void AreNear(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual, double tolerance, double floor)
    {
        CollectionAssert.AreEquivalent(expected.Keys, actual.Keys);
        foreach (var (name, values) in expected)
        {
            double allowed = Math.Max(floor, tolerance * values.Max(Math.Abs));
            for (int i = 0; i < values.Length; i++)
            {
                Assert.AreEqual(values[i], actual[name][i], allowed, $"{name} element {i}; the largest is {values.Max(Math.Abs)}");
            }
        }
    }

    /// <summary>
    /// Holds the gradient of each tensor to central differences of the loss along a direction in which every element counts the same: signs at random, length 1.
    /// An error in any part of the gradient shows.
    /// </summary>
    /// <param name="parameters">Of a model in single precision.</param>
    /// <param name="gradients">What is tested.</param>
    /// <param name="loss">Works out the loss with the parameters as they are.</param>
    /// <param name="step">How far to go each way.</param>
    /// <param name="tolerance">Relative to what such a direction sees of the gradient on average: its norm over the root of its elements.</param>
    /// <param name="floor">Absolute: the rounding of two losses over their distance.</param>
    public static void AreCentralDifferences(ParameterArena parameters, Dictionary<string, float[]> gradients, Func<double> loss, double step, double tolerance, double floor)
    {
        var random = new Random(8);
        foreach (var slot in parameters.Slots)
        {
            float[] gradient = gradients[slot.Spec.Name];
            double length = 1 / Math.Sqrt(gradient.Length);
            float[] direction = [.. gradient.Select(_ => (float)(random.Next(2) == 0 ? length : -length))];
            double above = LossAt(parameters, slot, direction, step, loss), below = LossAt(parameters, slot, direction, -step, loss);
            double expected = (above - below) / (2 * step);
            double actual = gradient.Zip(direction).Sum(pair => (double)pair.First * pair.Second);
            double typical = Math.Sqrt(gradient.Sum(value => (double)value * value)) * length;
            Assert.AreEqual(expected, actual, (tolerance * typical) + floor, $"{slot.Spec.Name}, typically {typical:e2}");
        }
    }

    private static double LossAt(ParameterArena parameters, ParameterSlot slot, float[] direction, double step, Func<double> loss)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var values = ParameterArena.View(parameters.Values, slot);
        var before = values.clone();
        values.add_(TensorMemory.From<float>(direction, ScalarType.Float32, CPU, slot.Spec.Shape), step);
        double result = loss();
        values.copy_(before);
        return result;
    }
}
