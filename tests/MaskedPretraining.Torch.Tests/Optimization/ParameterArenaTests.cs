using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class ParameterArenaTests
{
    private static readonly ParameterSpec[] Specs =
    [
        new("layer.weight", [3, 5], Initial.XavierUniform(5, 3)),
        new("layer.bias", [3], Initial.Ones),
        new("token", [1, 1, 4], Initial.Normal(0.02)),
        new("table.bias", [2, 2], Initial.Zeros),
        new("norm.weight", [7], Initial.Ones),
    ];

    [TestMethod]
    public void Layout_DecayedParameters_ComeFirst()
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        var decayed = arena.Slots.Where(slot => slot.Offset < arena.DecayedLength).Select(slot => slot.Spec.Name).ToArray();
        CollectionAssert.AreEqual(new[] { "layer.weight", "token" }, decayed);
        Assert.AreEqual(15 + 3 + 4 + 4 + 7, arena.ParameterCount);
    }

    [TestMethod]
    public void Layout_SpecSaysOtherwise_FollowsTheSpec()
    {
        using var arena = new ParameterArena([Specs[0] with { IsDecayed = false }, Specs[4] with { IsDecayed = true }], ScalarType.Float32, CPU);
        var decayed = arena.Slots.Where(slot => slot.Offset < arena.DecayedLength).Select(slot => slot.Spec.Name).ToArray();
        CollectionAssert.AreEqual(new[] { "norm.weight" }, decayed);
    }

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void Backward_Repeated_AddsIntoTheFlatGradients(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var arena = new ParameterArena(Specs, type, CPU);
        arena.Initialize(1);
        for (int pass = 1; pass <= 3; pass++)
        {
            arena["layer.weight"].sum().add(arena["token"].sum()).backward();
            CollectionAssert.AreEqual(Enumerable.Repeat((float)pass, 15).ToArray(), arena.GradientOf("layer.weight"));
            CollectionAssert.AreEqual(Enumerable.Repeat((float)pass, 4).ToArray(), arena.GradientOf("token"));
            Assert.AreEqual(pass * 19f, TensorMemory.ToSingles(arena.Gradients).Sum());
        }

        arena.ZeroGradients();
        arena["norm.weight"].sum().backward();
        Assert.AreEqual(7f, TensorMemory.ToSingles(arena.Gradients).Sum());
        Assert.AreEqual(0f, arena.GradientOf("layer.weight").Sum());
    }

    [TestMethod]
    public void Initialize_Seed_DecidesEveryTensorAlone()
    {
        using var first = new ParameterArena(Specs, ScalarType.Float32, CPU);
        using var fewer = new ParameterArena(Specs[..1], ScalarType.Float32, CPU);
        first.Initialize(5);
        fewer.Initialize(5);
        float[] weight = TensorMemory.ToSingles(first["layer.weight"]);
        CollectionAssert.AreEqual(weight, TensorMemory.ToSingles(fewer["layer.weight"]));
        Assert.IsTrue(weight.All(value => Math.Abs(value) <= Math.Sqrt(6.0 / 8)));
        Assert.IsGreaterThan(10, weight.Distinct().Count());
        fewer.Initialize(6);
        CollectionAssert.AreNotEqual(weight, TensorMemory.ToSingles(fewer["layer.weight"]));
    }

    [TestMethod]
    public void Initialize_AnotherArenaBefore_CountsTensorsOn()
    {
        using var both = new ParameterArena([new("a.weight", [4, 5], Initial.Normal(1)), new("b.weight", [4, 5], Initial.Normal(1))], ScalarType.Float32, CPU);
        using var second = new ParameterArena([new("c.weight", [4, 5], Initial.Normal(1))], ScalarType.Float32, CPU);
        both.Initialize(5);
        second.Initialize(5, first: 1);
        CollectionAssert.AreEqual(TensorMemory.ToSingles(both["b.weight"]), TensorMemory.ToSingles(second["c.weight"]));
        CollectionAssert.AreNotEqual(TensorMemory.ToSingles(both["a.weight"]), TensorMemory.ToSingles(second["c.weight"]));
    }

    [TestMethod]
    public void Load_StoredState_RestoresMastersAndCopy()
    {
        using var source = new ParameterArena(Specs, ScalarType.Float32, CPU);
        source.Initialize(1);
        var state = new StateDictionary();
        source.Store(state);
        using var target = new ParameterArena(Specs, ScalarType.BFloat16, CPU);
        target.Load(state);
        CollectionAssert.AreEqual(TensorMemory.ToSingles(source.Values), TensorMemory.ToSingles(target.Values));
        // Half of bfloat16's spacing.
        const float RelativeTolerance = 1f / 256;
        float[] exact = TensorMemory.ToSingles(source["layer.weight"]), rounded = TensorMemory.ToSingles(target["layer.weight"]);
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.AreEqual(exact[i], rounded[i], RelativeTolerance * Math.Abs(exact[i]));
        }
    }

    [TestMethod]
    public void Load_MissingAndMisshapenTensors_NamesThemAll()
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        var state = new StateDictionary();
        arena.Store(state);
        state["layer.weight"] = TensorData.FromSingles(new float[8], 2, 4);
        state["token"] = TensorData.FromInt64s([1, 2, 3, 4], 1, 1, 4);
        var partial = new StateDictionary();
        foreach (string name in state.Names.Where(name => name != "norm.weight"))
        {
            partial[name] = state[name];
        }

        var exception = Assert.ThrowsExactly<CheckpointMismatchException>(() => arena.Load(partial));
        Assert.HasCount(3, exception.Mismatches);
        StringAssert.Contains(exception.Message, "layer.weight must be [3, 5]");
        StringAssert.Contains(exception.Message, "[2, 4]");
        StringAssert.Contains(exception.Message, "norm.weight [7] is missing");
    }
}
