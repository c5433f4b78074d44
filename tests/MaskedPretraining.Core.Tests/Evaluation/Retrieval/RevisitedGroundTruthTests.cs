using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Checkpoints.PyTorch;

namespace MaskedPretraining.Core.Evaluation.Retrieval;

[TestClass]
public sealed class RevisitedGroundTruthTests
{
    private const string Json = """
        {"imlist": ["a", "b", "c"], "qimlist": ["q"], "gnd": [{"bbx": [1.5, 2, 30, 40], "easy": [0], "hard": [2, 1], "junk": []}]}
        """;

    [TestMethod]
    public void Load_Json_HasEverything() => AssertIsTheSmallSet(Load(System.Text.Encoding.UTF8.GetBytes(Json)));

    [TestMethod]
    public void Load_Pickle_HasTheSame() => AssertIsTheSmallSet(Load(Pickle(easy => easy.Op(']').Integer(0).Op('a'))));

    [TestMethod]
    public void Load_NumPyArray_SaysWhatToDo()
    {
        byte[] pickle = Pickle(easy => easy.Global("numpy.core.multiarray", "_reconstruct").Op(')').Op('R'));
        string message = Assert.ThrowsExactly<CheckpointFormatException>(() => Load(pickle)).Message;
        Assert.Contains("easy of query 0 is an object of another library (a NumPy array?)", message);
        Assert.Contains("json.dump", message);
    }

    [TestMethod]
    [DataRow("""{"imlist": ["a"], "qimlist": ["q"]}""", "it has no gnd")]
    [DataRow("""{"imlist": ["a"], "qimlist": ["q", "r"], "gnd": []}""", "2 queries, but gnd has 0")]
    [DataRow("""{"imlist": ["a"], "qimlist": ["q"], "gnd": [{"easy": [1], "hard": [], "junk": []}]}""", "easy of query 0 has 1, but the indices of 1 images")]
    [DataRow("""{"imlist": ["a"], "qimlist": ["q"], "gnd": [{"easy": [], "hard": []}]}""", "it has no junk of query 0")]
    [DataRow("""{"imlist": ["a"], "qimlist": ["q"], "gnd": [{"bbx": [1], "easy": [], "hard": [], "junk": []}]}""", "bbx of query 0 is not four numbers")]
    [DataRow("""{"imlist": [3], "qimlist": [], "gnd": []}""", "imlist holds something else than names")]
    [DataRow("""{"imlist": 3, "qimlist": [], "gnd": []}""", "imlist is no list")]
    [DataRow("""{"imlist": [""", "cannot be used")]
    [DataRow("text", "neither as a pickle")]
    [DataRow("", "neither as a pickle")]
    public void Load_OtherLayout_SaysWhere(string contents, string reason) =>
        Assert.Contains(reason, Assert.ThrowsExactly<CheckpointFormatException>(() => Load(System.Text.Encoding.UTF8.GetBytes(contents))).Message);

    [TestMethod]
    public void Load_PickleCutOffAnywhere_IsRefused()
    {
        byte[] whole = Pickle(easy => easy.Op(']').Integer(0).Op('a'));
        for (int length = 1; length < whole.Length; length++)
        {
            Assert.ThrowsExactly<CheckpointFormatException>(() => Load(whole[..length]), $"{length} bytes");
        }
    }

    private static void AssertIsTheSmallSet(RevisitedGroundTruth truth)
    {
        Assert.AreSequenceEqual(["a", "b", "c"], truth.DatabaseImages.ToArray());
        var query = truth.Queries.Single();
        Assert.AreEqual("q", query.Image);
        Assert.AreSequenceEqual([1.5, 2, 30, 40], query.Box!.ToArray());
        Assert.AreSequenceEqual([0], query.Easy.ToArray());
        Assert.AreSequenceEqual([2, 1], query.Hard.ToArray());
        Assert.IsEmpty(query.Junk);
    }

    private static byte[] Pickle(Action<PickleBytes> easy)
    {
        var pickle = new PickleBytes().Op('}').Op('(')
            .Text("imlist").Op(']').Op('(').Text("a").Text("b").Text("c").Op('e')
            .Text("qimlist").Op(']').Text("q").Op('a')
            .Text("gnd").Op(']').Op('}').Op('(')
            .Text("bbx").Op('(').Raw((byte)'G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0).Integer(2).Integer(30).Integer(40).Op('t')
            .Text("easy");
        easy(pickle);
        return pickle
            .Text("hard").Op(']').Op('(').Integer(2).Integer(1).Op('e')
            .Text("junk").Op(']')
            .Op('u').Op('a').Op('u').Op('.').ToArray();
    }

    private static RevisitedGroundTruth Load(byte[] contents)
    {
        string path = Path.Combine(Path.GetTempPath(), $"gnd-{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(path, contents);
            return RevisitedGroundTruth.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
