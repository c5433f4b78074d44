using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class RelativePositionBiasTests
{
    private const int Heads = 3;

    private static readonly PatchGrid Grid = new(3, 5);

    [TestMethod]
    public void Declare_FourteenByFourteen_HasSevenHundredAndThirtyTwoRowsOfZeros()
    {
        var spec = RelativePositionBias.Declare(new PatchGrid(14, 14), 12);
        CollectionAssert.AreEqual(new long[] { 732, 12 }, spec.Shape.ToArray());
        using var parameters = new ParameterArena([spec], ScalarType.Float32, CPU);
        parameters.Initialize(3);
        Assert.IsTrue(TensorMemory.ToSingles(parameters[spec.Name]).All(value => value == 0));
    }

    [TestMethod]
    public void Between_AllTokens_EqualsTheLoopOverPairsOnceForAllImages()
    {
        long[] all = [.. Enumerable.Range(0, 16).Select(token => (long)token)];
        Check([all, all], images: 1);
    }

    [TestMethod]
    public void Between_ThrownPatches_EqualsTheLoopOverPairsOfEachImage() => Check([[0, 2, 3, 7, 15], [0, 1, 4, 5, 6], [0, 11, 12, 13, 14]], images: 3);

    [TestMethod]
    public void Between_Backward_AddsEveryPairToItsRow()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        using var bias = new RelativePositionBias(Grid, Heads, parameters);
        long[][] tokens = [[0, 2, 3, 7], [0, 1, 14, 15]];
        bias.Between(Numbers(tokens), 2).sum().backward();
        var counts = new float[RelativePositionIndex.RowsOf(Grid)];
        foreach (long[] image in tokens)
        {
            foreach (long query in image)
            {
                foreach (long key in image)
                {
                    counts[SlowRelativePositions.RowOf(Grid, query, key)]++;
                }
            }
        }

        CollectionAssert.AreEqual(counts.SelectMany(count => Enumerable.Repeat(count, Heads)).ToArray(), TensorMemory.ToSingles(parameters.Gradients)[..(counts.Length * Heads)]);
    }

    private static void Check(long[][] tokens, int images)
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        using var bias = new RelativePositionBias(Grid, Heads, parameters);
        float[] table = TensorMemory.ToSingles(parameters[parameters.Specs[0].Name]);
        var actual = bias.Between(Numbers(tokens), tokens.Length);
        int count = tokens[0].Length;
        CollectionAssert.AreEqual(new long[] { images, Heads, count, count }, actual.shape);
        float[] values = TensorMemory.ToSingles(actual);
        int next = 0;
        for (int image = 0; image < images; image++)
        {
            for (int head = 0; head < Heads; head++)
            {
                foreach (long query in tokens[image])
                {
                    foreach (long key in tokens[image])
                    {
                        Assert.AreEqual(table[(SlowRelativePositions.RowOf(Grid, query, key) * Heads) + head], values[next++], $"image {image}, head {head}, {query} to {key}");
                    }
                }
            }
        }
    }

    private static ParameterArena Parameters()
    {
        var parameters = new ParameterArena([RelativePositionBias.Declare(Grid, Heads) with { Initialize = Initial.Normal(1) }], ScalarType.Float32, CPU);
        parameters.Initialize(3);
        return parameters;
    }

    private static Tensor Numbers(long[][] tokens) => TensorMemory.From<long>([.. tokens.SelectMany(image => image)], ScalarType.Int64, CPU, tokens.Sum(image => image.Length));
}
