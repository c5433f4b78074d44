using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class WeightAverageTests
{
    private const double Decay = 0.9;
    private const int Steps = 5;

    // Single against double precision over a few updates.
    private const double Tolerance = 1e-6;

    private static readonly ParameterSpec[] Specs = [new("a.weight", [10, 7000], Initial.Normal(1)), new("a.bias", [17], Initial.Normal(1))];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Update_Repeated_EqualsTheObviousLoop(bool withTensorOperations)
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        arena.Initialize(1);
        using var average = new WeightAverage(arena, Decay);
        double[] expected = [.. TensorMemory.ToSingles(arena.Values)];
        for (int step = 0; step < Steps; step++)
        {
            arena.Initialize((ulong)(2 + step));
            float[] weights = TensorMemory.ToSingles(arena.Values);
            Update(average, withTensorOperations);
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = (Decay * expected[i]) + ((1 - Decay) * weights[i]);
            }
        }

        AssertClose(expected, TensorMemory.ToSingles(average.Values));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Update_DecayChanged_TakesTheNewOne(bool withTensorOperations)
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        arena.Initialize(1);
        using var average = new WeightAverage(arena, Decay) { Decay = 0.25 };
        double[] first = [.. TensorMemory.ToSingles(arena.Values)];
        arena.Initialize(2);
        Update(average, withTensorOperations);
        AssertClose([.. first.Zip(TensorMemory.ToSingles(arena.Values), (a, w) => (0.25 * a) + (0.75 * w))], TensorMemory.ToSingles(average.Values));
    }

    [TestMethod]
    public void Update_BFloat16Compute_AveragesTheMasters()
    {
        using var arena = new ParameterArena(Specs, ScalarType.BFloat16, CPU);
        arena.Initialize(1);
        using var average = new WeightAverage(arena, 0);
        arena.Initialize(2);
        average.Update();
        AssertClose(Array.ConvertAll(TensorMemory.ToSingles(arena.Values), value => (double)value), TensorMemory.ToSingles(average.Values));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Update_Repeated_LeavesNoTensorBehind(bool withTensorOperations)
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        using var average = new WeightAverage(arena, Decay);
        Update(average, withTensorOperations);
        long before = LiveTensors.Settled();
        for (int step = 0; step < Steps; step++)
        {
            Update(average, withTensorOperations);
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Dispose_Average_FreesItsValues()
    {
        using var scope = NewDisposeScope();
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        long before = LiveTensors.Settled();
        new WeightAverage(arena, Decay).Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Store_ModelsState_PutsTheAveragesInPlace()
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        arena.Initialize(1);
        float[] start = TensorMemory.ToSingles(arena["a.weight"]);
        using var average = new WeightAverage(arena, Decay);
        arena.Initialize(2);
        var state = new StateDictionary { ["pos_embed"] = TensorData.FromSingles(new float[1], 1) };
        arena.Store(state);
        average.Store(state);
        Assert.IsTrue(start.AsSpan().SequenceEqual(state["a.weight"].ToSingles()));
        CollectionAssert.AreEquivalent(new[] { "pos_embed", "a.weight", "a.bias" }, state.Names.ToArray());
    }

    [TestMethod]
    public void Load_StreamedAverages_GoesOnBitForBit()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid() + ".safetensors");
        try
        {
            using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
            arena.Initialize(1);
            using var average = new WeightAverage(arena, Decay);
            arena.Initialize(2);
            average.Update();
            SafetensorsFile.Write(path, [.. average.Stream()], new Dictionary<string, string>());
            average.Update();
            using var other = new WeightAverage(arena, Decay);
            using var reader = new SafetensorsReader(path);
            other.Load(reader.Read);
            other.Update();
            Assert.IsTrue(TensorMemory.ToSingles(average.Values).AsSpan().SequenceEqual(TensorMemory.ToSingles(other.Values)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Update(WeightAverage average, bool withTensorOperations)
    {
        if (withTensorOperations)
        {
            average.UpdateWithTensorOperations();
        }
        else
        {
            average.Update();
        }
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i]))))
            {
                Assert.Fail($"element {i}: {actual[i]:R} instead of {expected[i]:R}");
            }
        }
    }
}
