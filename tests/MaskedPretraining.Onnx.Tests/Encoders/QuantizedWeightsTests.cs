using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Onnx.Encoders;

namespace MaskedPretraining.Onnx.Tests.Encoders;

[TestClass]
public sealed class QuantizedWeightsTests
{
    [TestMethod]
    public void Constructor_AnyWeights_AreOffByHalfAStepAtMost()
    {
        const int Outputs = 7, Inputs = 13;
        var random = new RandomStream(3, RandomPurpose.Scene, 0, 0);
        float[] weight = [.. Enumerable.Range(0, Outputs * Inputs).Select(index => (float)(random.NextGaussian() * Math.Pow(10, index / Inputs - 3)))];
        var quantized = new QuantizedWeights(weight, Outputs);
        for (int output = 0; output < Outputs; output++)
        {
            for (int input = 0; input < Inputs; input++)
            {
                double restored = (double)quantized.Scales[output] * quantized.Values[(input * Outputs) + output];
                // A millionth for the rounding of the scale itself.
                Assert.AreEqual(weight[(output * Inputs) + input], restored, quantized.Scales[output] * 0.500001);
            }
        }
    }

    [TestMethod]
    public void Constructor_LargestOfARow_BecomesTheEndOfTheRange()
    {
        var quantized = new QuantizedWeights([-2, 1, 0, 0, 0.5f, 4], outputs: 3);
        Assert.AreSequenceEqual(new sbyte[] { -127, 0, 16, 64, 0, 127 }, quantized.Values);
        Assert.AreSequenceEqual(new[] { 2f / 127, 1f, 4f / 127 }, quantized.Scales);
    }
}
