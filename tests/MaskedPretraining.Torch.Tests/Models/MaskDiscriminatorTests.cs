using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class MaskDiscriminatorTests
{
    private const int Batch = 2;

    // Not square, and smaller than the released third layer: its kernel is 2 x 1 here.
    private static readonly PatchGrid Grid = new(9, 6);

    private static readonly string[] Layers = ["conv1", "conv2", "conv3"];

    [TestMethod]
    public void Declare_ReleasedGrid_HasItsWeights() => Assert.AreEqual(8736, MaskDiscriminator.Declare(new PatchGrid(14, 14)).Sum(spec => spec.Count));

    [TestMethod]
    [DataRow(4, 4, 1)]
    [DataRow(7, 7, 1)]
    [DataRow(8, 8, 1)]
    [DataRow(11, 11, 1)]
    [DataRow(14, 14, 1)]
    [DataRow(15, 15, 1)]
    [DataRow(16, 16, 4)]
    [DataRow(28, 28, 25)]
    [DataRow(32, 32, 36)]
    [DataRow(4, 16, 2)]
    public void Forward_AnyGrid_HasItsScores(int rows, int columns, int scores)
    {
        using var scope = NewDisposeScope();
        var grid = new PatchGrid(rows, columns);
        using var parameters = new ParameterArena([.. MaskDiscriminator.Declare(grid)], ScalarType.Float32, CPU);
        using var discriminator = Create(grid, parameters);
        CollectionAssert.AreEqual(new long[] { 3, scores }, discriminator.Forward(ones(3, grid.Count)).shape);
    }

    [TestMethod]
    [DataRow(3, 14)]
    [DataRow(14, 3)]
    public void Declare_TooSmallGrid_SaysWhatToDo(int rows, int columns) => Assert.Contains(
        $"Grid must have at least 4 rows and 4 columns of patches, since the discriminator halves it twice (take smaller patches or larger images), but is {rows}x{columns}.",
        Assert.ThrowsExactly<InvalidOptionsException>(() => MaskDiscriminator.Declare(new PatchGrid(rows, columns))).Message);

    [TestMethod]
    public void Forward_OtherGrid_Throws()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        using var discriminator = Create(Grid, parameters);
        Assert.Contains("maps of 54 patches, [B, 54], but was given [2, 55]", Assert.ThrowsExactly<ArgumentException>(() => discriminator.Forward(ones(2, 55))).Message);
    }

    [TestMethod]
    public void Forward_Backward_EqualsCentralDifferences()
    {
        // Single precision against differences of step 1e-5 in double precision, relative to the largest gradient of a tensor. Every 11th weight, for time.
        const double GradientTolerance = 2e-5;
        const double Step = 1e-5;
        const int Stride = 11;
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        using var discriminator = Create(Grid, parameters);
        float[] maps = Draw(Batch * Grid.Count);
        var input = Upload(maps).requires_grad_();
        // Other than a sum of scores, a sum of squares has gradients that differ from image to image.
        discriminator.Forward(input).square().sum().backward();
        var vectors = Vectors(discriminator);
        double[] pixels = [.. maps];
        var weights = parameters.Specs.ToDictionary(spec => spec.Name, spec => Array.ConvertAll(TensorMemory.ToSingles(parameters[spec.Name]), value => (double)value));
        foreach (var spec in parameters.Specs)
        {
            AssertGradient(spec.Name, weights[spec.Name], parameters.GradientOf(spec.Name), Stride);
        }

        AssertGradient("maps", pixels, TensorMemory.ToSingles(input.grad!), stride: 1);

        void AssertGradient(string name, double[] values, float[] gradient, int stride)
        {
            double largest = gradient.Max(Math.Abs);
            Assert.IsGreaterThan(1e-4, largest, name);
            for (int i = 0; i < values.Length; i += stride)
            {
                double value = values[i];
                values[i] = value + Step;
                double up = Loss();
                values[i] = value - Step;
                double down = Loss();
                values[i] = value;
                Assert.AreEqual((up - down) / (2 * Step), gradient[i], GradientTolerance * largest, $"{name}[{i}]");
            }
        }

        double Loss() => pixels.Chunk(Grid.Count).Sum(map => Scores(map, parameters, weights, vectors).Sum(score => score * score));
    }

    [TestMethod]
    public void Forward_Frozen_GivesGradientsToMapsOnly()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        using var discriminator = Create(Grid, parameters);
        var maps = Upload(Draw(Batch * Grid.Count)).requires_grad_();
        discriminator.Forward(maps, isFrozen: true).sum().backward();
        Assert.IsTrue(TensorMemory.ToSingles(parameters.Gradients).All(gradient => gradient == 0));
        Assert.IsTrue(TensorMemory.ToSingles(maps.grad!).Any(gradient => gradient != 0));
    }

    [TestMethod]
    public void Forward_TwoPassesBeforeBackward_AddUpTheirGradients()
    {
        // The second pass overwrites the singular vectors that the first one's gradient is worked out with. Single precision, sums in another order, relative to the largest gradient.
        const double Tolerance = 1e-6;
        using var scope = NewDisposeScope();
        using ParameterArena together = Parameters(), apart = Parameters();
        using MaskDiscriminator first = Create(Grid, together), second = Create(Grid, apart);
        var (real, fake) = (Upload(Draw(Batch * Grid.Count)), Upload(Draw(Batch * Grid.Count, stream: 9)));
        first.Forward(real).sum().add(first.Forward(fake).sum()).backward();
        second.Forward(real).sum().backward();
        second.Forward(fake).sum().backward();
        float[] expected = TensorMemory.ToSingles(apart.Gradients), actual = TensorMemory.ToSingles(together.Gradients);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Tolerance * expected.Max(Math.Abs), $"element {i}");
        }
    }

    [TestMethod]
    public void Forward_MapScale_MultipliesScores()
    {
        // Without biases scores are homogeneous. Single precision, relative to the largest score.
        const double Tolerance = 1e-5;
        using var scope = NewDisposeScope();
        using ParameterArena parameters = Parameters(), others = Parameters();
        using MaskDiscriminator released = Create(Grid, parameters, mapScale: 1), scaled = Create(Grid, others);
        var maps = Upload(Draw(Batch * Grid.Count));
        float[] plain = TensorMemory.ToSingles(released.Forward(maps)), multiplied = TensorMemory.ToSingles(scaled.Forward(maps));
        for (int i = 0; i < plain.Length; i++)
        {
            Assert.AreEqual(Grid.Count * plain[i], multiplied[i], Tolerance * multiplied.Max(Math.Abs));
        }
    }

    [TestMethod]
    public void Forward_ManyPasses_FindsTheLargestSingularValues()
    {
        // Random matrices have singular values that lie close together: hundreds of iterations for three digits.
        const double Tolerance = 1e-3;
        const int Passes = 300;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var parameters = Parameters();
        using var discriminator = Create(Grid, parameters);
        for (int pass = 0; pass < Passes; pass++)
        {
            using var inner = NewDisposeScope();
            discriminator.Forward(ones(1, Grid.Count));
        }

        var vectors = Vectors(discriminator);
        foreach (string layer in Layers)
        {
            var weight = parameters[$"{layer}.0.weight_orig"];
            var matrix = weight.view(weight.shape[0], -1);
            double largest = Math.Sqrt(linalg.eigh(matrix.mm(matrix.t()).to(ScalarType.Float64)).Item1.max().ToDouble());
            Assert.AreEqual(1, SigmaOf(Array.ConvertAll(TensorMemory.ToSingles(weight), value => (double)value), vectors[$"{layer}.0.weight_u"], vectors[$"{layer}.0.weight_v"]) / largest, Tolerance, layer);
        }
    }

    [TestMethod]
    public void Initialize_Seed_DrawsUnitVectorsOfTheirOwn()
    {
        using ParameterArena parameters = Parameters(), others = Parameters();
        using MaskDiscriminator discriminator = Create(Grid, parameters), other = Create(Grid, others);
        var (vectors, same) = (Vectors(discriminator), Vectors(other));
        foreach (var (name, vector) in vectors)
        {
            Assert.AreEqual(1, vector.Sum(value => value * value), 1e-6, name);
            CollectionAssert.AreEqual(same[name], vector, "the seed decides");
        }

        other.Initialize(8, first: 100);
        CollectionAssert.AreNotEqual(vectors["conv1.0.weight_u"], Vectors(other)["conv1.0.weight_u"]);
    }

    [TestMethod]
    public void Load_StreamedVectors_GoesOnBitForBit()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid() + ".safetensors");
        try
        {
            using var scope = NewDisposeScope();
            using ParameterArena parameters = Parameters(), others = Parameters();
            using MaskDiscriminator discriminator = Create(Grid, parameters), other = Create(Grid, others);
            var maps = Upload(Draw(Batch * Grid.Count));
            discriminator.Forward(maps);
            SafetensorsFile.Write(path, [.. discriminator.Stream()], new Dictionary<string, string>());
            float[] expected = TensorMemory.ToSingles(discriminator.Forward(maps));
            Assert.IsFalse(TensorMemory.ToSingles(other.Forward(maps)).AsSpan().SequenceEqual(expected), "a pass changes the next one");
            using var reader = new SafetensorsReader(path);
            other.Load(reader.Read);
            Assert.IsTrue(TensorMemory.ToSingles(other.Forward(maps)).AsSpan().SequenceEqual(expected));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Forward_Repeated_LeavesNoTensorBehind()
    {
        using var outer = NewDisposeScope();
        using var parameters = Parameters();
        using var discriminator = Create(Grid, parameters);
        var maps = Upload(Draw(Batch * Grid.Count));
        long before = LiveTensors.Settled();
        discriminator.Forward(maps).Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    /// <summary>The network as loops, with given singular vectors.</summary>
    private static double[] Scores(double[] map, ParameterArena parameters, Dictionary<string, double[]> weights, Dictionary<string, double[]> vectors)
    {
        var (x, rows, columns) = (Array.ConvertAll(map, value => value * Grid.Count), Grid.Rows, Grid.Columns);
        foreach (string layer in Layers)
        {
            bool isLast = layer == Layers[^1];
            string name = $"{layer}.0.weight_orig";
            double sigma = SigmaOf(weights[name], vectors[$"{layer}.0.weight_u"], vectors[$"{layer}.0.weight_v"]);
            (x, rows, columns) = PlainConvolution.Apply(x, rows, columns, weights[name], parameters[name].shape, isLast ? 1 : 2, isLast ? 0 : 1);
            x = Array.ConvertAll(x, value => value < 0 && !isLast ? 0.2 * value / sigma : value / sigma);
        }

        return x;
    }

    private static double SigmaOf(double[] weight, double[] left, double[] right)
    {
        double sigma = 0;
        for (int i = 0; i < weight.Length; i++)
        {
            sigma += left[i / right.Length] * weight[i] * right[i % right.Length];
        }

        return sigma;
    }

    private static Dictionary<string, double[]> Vectors(MaskDiscriminator discriminator) => discriminator.Stream().ToDictionary(vector => vector.Name, vector =>
    {
        using var bytes = new MemoryStream();
        vector.WriteTo(bytes);
        byte[] content = bytes.ToArray();
        return Enumerable.Range(0, (int)vector.Shape[0]).Select(i => (double)BitConverter.ToSingle(content, i * sizeof(float))).ToArray();
    });

    private static ParameterArena Parameters() => new([.. MaskDiscriminator.Declare(Grid)], ScalarType.Float32, CPU);

    private static MaskDiscriminator Create(PatchGrid grid, ParameterArena parameters, double? mapScale = null)
    {
        var discriminator = new MaskDiscriminator(new MaskDiscriminatorOptions { MapScale = mapScale }, grid, parameters);
        discriminator.Initialize(7, first: 100);
        return discriminator;
    }

    private static float[] Draw(int count, long stream = 1)
    {
        var random = new RandomStream(1, RandomPurpose.Discriminator, 0, stream);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    private static Tensor Upload(float[] values) => TensorMemory.From<float>(values, ScalarType.Float32, CPU, Batch, Grid.Count);
}
