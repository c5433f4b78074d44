using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Runs;

[TestClass]
public sealed class MetricsLogTests
{
    public required TestContext TestContext { get; init; }

    private string Target => Path.Combine(TestContext.TestTempDirectory!, "metrics.jsonl");

    [TestMethod]
    public void Append_Entry_IsOneJsonLineThatOthersCanReadAtOnce()
    {
        using var log = new MetricsLog(Target);
        log.Append(Entry(3, 0.25));
        Assert.AreEqual("{\"step\":3,\"loss\":0.25}\n", ReadWhileOpen());
    }

    [TestMethod]
    public void Read_AnyDouble_ComesBackBitForBit()
    {
        double[] values = [0.1, -0.0, double.Epsilon, double.MaxValue, double.NaN, double.PositiveInfinity];
        Write(0, [.. values.Select((value, step) => Entry(step, value))]);
        CollectionAssert.AreEqual(values, MetricsLog.Read(Target).Select(entry => entry.Values["loss"]).ToArray());
    }

    [TestMethod]
    public void Constructor_ResumedRun_DropsTheStepsThatItWillDoAgain()
    {
        Write(0, Entry(1, 1), Entry(2, 2), Entry(3, 3));
        Write(2, Entry(3, 30), Entry(4, 40));
        CollectionAssert.AreEqual(new[] { 1.0, 2, 30, 40 }, MetricsLog.Read(Target).Select(entry => entry.Values["loss"]).ToArray());
    }

    [TestMethod]
    public void Constructor_NewRunInAnOldFolder_StartsEmpty()
    {
        Write(0, Entry(1, 1));
        Write(0);
        Assert.IsEmpty(MetricsLog.Read(Target));
    }

    [TestMethod]
    public void Constructor_LineCutOffByACrash_IsDropped()
    {
        Write(0, Entry(1, 1));
        File.AppendAllText(Target, "{\"step\":2,\"lo");
        Write(5, Entry(2, 2));
        Assert.AreEqual("{\"step\":1,\"loss\":1}\n{\"step\":2,\"loss\":2}\n", File.ReadAllText(Target));
    }

    [TestMethod]
    [DataRow("nonsense\n")]
    [DataRow("[]\n")]
    [DataRow("{\"loss\":1}\n")]
    [DataRow("{\"step\":1,\"loss\":{}}\n")]
    public void Read_ForeignLine_NamesItsNumber(string line)
    {
        File.WriteAllText(Target, "{\"step\":1}\n" + line);
        Assert.Contains("line 2", Assert.ThrowsExactly<CheckpointFormatException>(() => MetricsLog.Read(Target)).Message);
    }

    [TestMethod]
    public void Constructor_FolderMissing_SaysWhatToDo()
    {
        string path = Path.Combine(TestContext.TestTempDirectory!, "missing", "metrics.jsonl");
        Assert.Contains("create it first", Assert.ThrowsExactly<IOException>(() => new MetricsLog(path)).Message);
    }

    private static MetricsEntry Entry(long step, double loss) => new(step, new Dictionary<string, double> { ["loss"] = loss });

    private void Write(long lastStep, params MetricsEntry[] entries)
    {
        using var log = new MetricsLog(Target, lastStep);
        Array.ForEach(entries, log.Append);
    }

    private string ReadWhileOpen()
    {
        using var reader = new StreamReader(new FileStream(Target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
