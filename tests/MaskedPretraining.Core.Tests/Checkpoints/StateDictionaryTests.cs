namespace MaskedPretraining.Core.Checkpoints;

[TestClass]
public sealed class StateDictionaryTests
{
    [TestMethod]
    public void Names_SeveralTensors_KeepTheOrderOfInsertion()
    {
        var state = new StateDictionary { ["b"] = TensorData.FromSingles([1], 1), ["a"] = TensorData.FromSingles([2], 1), ["c"] = TensorData.FromSingles([3], 1) };
        state["b"] = TensorData.FromSingles([4], 1);
        CollectionAssert.AreEqual(new[] { "b", "a", "c" }, state.Names.ToArray());
        Assert.IsTrue(state.Contains("a"));
    }

    [TestMethod]
    public void Indexer_NameThatIsNotThere_SaysWhatThereIs()
    {
        var state = new StateDictionary { ["norm.bias"] = TensorData.FromSingles([1], 1) };
        Assert.Contains("There is no tensor 'norm.weight'; there are 1: norm.bias.", Assert.ThrowsExactly<KeyNotFoundException>(() => state["norm.weight"]).Message);
    }
}
