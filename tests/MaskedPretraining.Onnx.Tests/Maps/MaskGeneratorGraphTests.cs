using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Maps;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Maps;

[TestClass]
public sealed class MaskGeneratorGraphTests
{
    private const int Count = 2;
    private const int Hidden = 5;

    [TestMethod]
    [DataRow(null)]
    [DataRow(1.0)]
    public void Export_MaskGenerator_AgreesWithConvolutionsInLoops(double? scale)
    {
        var generator = Generator(TinyEncoder.Create(TinyEncoder.Architecture()), scale);
        float[] pixels = ExportCheck.RandomPixels(generator.Provider.Architecture, Count, seed: 5);
        double[] expected = [.. pixels.Chunk(pixels.Length / Count).SelectMany(image => Logits(generator, [.. image]))];
        Near.Assert(expected, Score(generator, pixels, "logits"), Near.Map, "logits");
        int patches = generator.Provider.Architecture.Grid.Count;
        double[] map = [.. expected.Chunk(patches).SelectMany(ToUnit)];
        Near.Assert(map, Score(generator, pixels, "map"), Near.Map, "map");
    }

    [TestMethod]
    public void Export_AnotherEncoderThanTheProvider_IsRefused()
    {
        var generator = Generator(TinyEncoder.Create(TinyEncoder.Architecture()), null);
        var other = TinyEncoder.Create(TinyEncoder.Architecture(), seed: 2);
        Assert.ThrowsExactly<ArgumentException>(() => AttentionMapExporter.Export(other, new AttentionMapExportOptions { MaskGenerator = generator }, "unused.onnx"));
    }

    [TestMethod]
    public void Export_LogitsWithoutGenerator_IsRefused()
    {
        var options = new AttentionMapExportOptions { TokenCut = new(), LogitsName = "logits" };
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => AttentionMapExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture()), options, "unused.onnx"));
        StringAssert.Contains(error.Message, "LogitsName", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Export_WeightsOfOtherHeads_NamesThem()
    {
        var generator = Generator(TinyEncoder.Create(TinyEncoder.Architecture()), null);
        generator.Weights["scorer_pred.main.0.weight"] = TensorData.FromSingles(new float[Hidden * 12 * 9], Hidden, 12, 3, 3);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Score(generator, [], "logits"));
        StringAssert.Contains(error.Message, "3 heads", StringComparison.Ordinal);
    }

    private static MaskGeneratorWeights Generator(EncoderWeights provider, double? scale)
    {
        int heads = provider.Architecture.Heads;
        var weights = new StateDictionary();
        Add("scorer_pred.main.0.weight", Hidden, heads, 3, 3);
        Add("scorer_pred.main.0.bias", Hidden);
        Add("scorer_pred.main.2.weight", 1, Hidden, 3, 3);
        Add("scorer_pred.main.2.bias", 1);
        return new MaskGeneratorWeights(provider, new MaskGeneratorOptions { Hidden = Hidden, AttentionScale = scale }, weights);

        void Add(string name, params long[] shape)
        {
            var random = new RandomStream(9, RandomPurpose.Initialization, 0, weights.Count);
            float[] values = new float[shape.Aggregate(1L, (product, length) => product * length)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)random.NextGaussian();
            }

            weights[name] = TensorData.FromSingles(values, shape);
        }
    }

    private static double[] Logits(MaskGeneratorWeights generator, float[] image)
    {
        var grid = generator.Provider.Architecture.Grid;
        double scale = generator.Options.AttentionScale ?? grid.Count;
        double[][] maps = [.. new ReferenceEncoder(generator.Provider).Forward(image).Attention.Select(row => row[1..].Select(value => value * scale).ToArray())];
        double[][] hidden = Convolve(maps, "scorer_pred.main.0", Hidden);
        double[] scores = Convolve([.. hidden.Select(channel => channel.Select(value => Math.Max(value, 0)).ToArray())], "scorer_pred.main.2", 1)[0];
        double logSum = Math.Log(scores.Sum(Math.Exp));
        return [.. scores.Select(score => score - logSum)];

        double[][] Convolve(double[][] inputs, string name, int outputs)
        {
            float[] kernel = generator.Weights[$"{name}.weight"].ToSingles(), bias = generator.Weights[$"{name}.bias"].ToSingles();
            double[][] result = new double[outputs][];
            for (int output = 0; output < outputs; output++)
            {
                result[output] = new double[grid.Count];
                for (int cell = 0; cell < grid.Count; cell++)
                {
                    result[output][cell] = bias[output];
                    for (int input = 0; input < inputs.Length; input++)
                    {
                        for (int tap = 0; tap < 9; tap++)
                        {
                            int row = (cell / grid.Columns) + (tap / 3) - 1, column = (cell % grid.Columns) + (tap % 3) - 1;
                            bool isInside = row >= 0 && row < grid.Rows && column >= 0 && column < grid.Columns;
                            result[output][cell] += isInside ? inputs[input][(row * grid.Columns) + column] * kernel[(((output * inputs.Length) + input) * 9) + tap] : 0;
                        }
                    }
                }
            }

            return result;
        }
    }

    private static IEnumerable<double> ToUnit(double[] logits)
    {
        double[] probabilities = [.. logits.Select(Math.Exp)];
        double least = probabilities.Min(), range = probabilities.Max() - least;
        return probabilities.Select(value => (value - least) / range);
    }

    private static float[] Score(MaskGeneratorWeights generator, float[] pixels, string output)
    {
        using var folder = new TemporaryFolder();
        string path = folder["generator.onnx"];
        AttentionMapExporter.Export(generator.Provider, new AttentionMapExportOptions { MaskGenerator = generator, LogitsName = "logits" }, path);
        using var scorer = new OnnxScorer(path);
        return scorer.Score(pixels, Count, output);
    }
}
