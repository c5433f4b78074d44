using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Golden;

[TestClass]
public sealed class GoldenRunnerTests
{
    private string _output = "";

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void Run_RightResult_Passes()
    {
        WriteCase("double-0", [1, 2], [2, 4]);
        Assert.IsTrue(Run());
        Assert.AreEqual("double: 1 passed, 0 failed\n1 passed, 0 failed\n", _output);
    }

    [TestMethod]
    public void Run_WrongResult_FailsAndNamesCaseTensorElementAndLimit()
    {
        WriteCase("double-0", [1, 2], [2, 5]);
        Assert.IsFalse(Run());
        Assert.AreEqual("  double-0: out/y: worst element 1 is 4 instead of 5, difference 1, limit 0.001\ndouble: 0 passed, 1 failed\n0 passed, 1 failed\n", _output);
    }

    [TestMethod]
    public void Run_ResultNeverComputed_Fails()
    {
        WriteCase("double-0", [1], [2], tensors => tensors["grad/z"] = TensorData.FromSingles([0]));
        Assert.IsFalse(Run());
        Assert.Contains("grad/z: was not computed", _output);
    }

    [TestMethod]
    public void Run_WrongShape_Fails()
    {
        WriteCase("double-0", [1], [2], tensors => tensors["out/y"] = TensorData.FromSingles([2], 1, 1));
        Assert.IsFalse(Run());
        Assert.Contains("shape [1] with 1 elements instead of [1, 1]", _output);
    }

    [TestMethod]
    public void Run_UnknownKind_IsNotCoveredAndFailsNothing()
    {
        WriteCase("double-0", [1], [2]);
        WriteCase("triple-0", [1], [3]);
        Assert.IsTrue(Run());
        Assert.AreEqual("double: 1 passed, 0 failed\ntriple: not covered\n1 passed, 0 failed\n", _output);
    }

    [TestMethod]
    [DataRow("case.json", "not json")]
    [DataRow("case.json", "{}")]
    [DataRow("tensors.safetensors", "xx")]
    public void Run_MalformedCase_FailsAndTheOthersRun(string file, string contents)
    {
        WriteCase("double-0", [1], [2]);
        WriteCase("double-1", [1], [2]);
        File.WriteAllText(Path.Combine(CaseFolder("double-0"), file), contents);
        Assert.IsFalse(Run());
        Assert.EndsWith("double: 1 passed, 1 failed\n1 passed, 1 failed\n", _output);
    }

    [TestMethod]
    public void Run_CaseWithoutDescription_Fails()
    {
        WriteCase("double-0", [1], [2]);
        File.Delete(Path.Combine(CaseFolder("double-0"), "case.json"));
        Assert.IsFalse(Run());
        Assert.Contains("double: 0 passed, 1 failed", _output);
    }

    [TestMethod]
    public void Run_SetsInFolders_RunsAllOfThem()
    {
        WriteCase("set-1/double-0", [1], [2]);
        WriteCase("set-2/double-0", [1], [2]);
        Assert.IsTrue(Run());
        Assert.AreEqual("double: 2 passed, 0 failed\n2 passed, 0 failed\n", _output);
    }

    [TestMethod]
    public void Run_FolderOfOneCase_RunsIt()
    {
        WriteCase("double-0", [1], [2]);
        Assert.IsTrue(Run(CaseFolder("double-0")));
    }

    [TestMethod]
    public void Run_NoCase_Fails()
    {
        Assert.IsFalse(Run());
        Assert.EndsWith("0 passed, 0 failed\n", _output);
    }

    [TestMethod]
    public void Run_NoFolder_FailsNamingIt()
    {
        Assert.IsFalse(Run(CaseFolder("missing")));
        Assert.Contains("missing", _output);
    }

    private bool Run(string? directory = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        bool isGood = new GoldenRunner(output, [new DoublingKind()]).Run(directory ?? TestContext.TestTempDirectory!);
        _output = output.ToString();
        return isGood;
    }

    private string CaseFolder(string name) => Path.Combine(TestContext.TestTempDirectory!, name);

    private void WriteCase(string name, float[] x, float[] y, Action<StateDictionary>? change = null)
    {
        string folder = Directory.CreateDirectory(CaseFolder(name)).FullName;
        File.WriteAllText(Path.Combine(folder, "case.json"), $$"""{"format":1,"kind":"{{Path.GetFileName(name).Split('-')[0]}}","model":{},"options":{},"tolerance":{"abs":0.001,"rel":0} }""");
        var tensors = new StateDictionary { ["in/x"] = TensorData.FromSingles(x, x.Length), ["out/y"] = TensorData.FromSingles(y, y.Length) };
        change?.Invoke(tensors);
        SafetensorsFile.Write(Path.Combine(folder, "tensors.safetensors"), tensors);
    }

    private sealed class DoublingKind : IGoldenKind
    {
        public string Name => "double";

        public void Run(GoldenCase golden) => golden.Expect("out/y", Array.ConvertAll(golden.Single("in/x"), value => 2 * value), golden.ShapeOf("in/x"));
    }
}
