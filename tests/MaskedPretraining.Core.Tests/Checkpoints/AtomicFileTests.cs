namespace MaskedPretraining.Core.Checkpoints;

[TestClass]
public sealed class AtomicFileTests
{
    private const int UnixNoSpace = 28;

    public required TestContext TestContext { get; init; }

    private string Folder => TestContext.TestTempDirectory!;

    private string Target => Path.Combine(Folder, "file.txt");

    [TestMethod]
    public void WriteText_NewFile_HoldsTheTextWithoutByteOrderMark()
    {
        AtomicFile.WriteText(Target, "grün");
        CollectionAssert.AreEqual("grün"u8.ToArray(), File.ReadAllBytes(Target));
        AssertNothingElseIsThere();
    }

    [TestMethod]
    public void Write_ExistingFile_IsReplacedByAShorterOne()
    {
        AtomicFile.WriteText(Target, "a long text");
        AtomicFile.WriteText(Target, "short");
        Assert.AreEqual("short", File.ReadAllText(Target));
    }

    [TestMethod]
    public void Write_DiskFull_KeepsTheOldFileAndSaysWhatToDo()
    {
        AtomicFile.WriteText(Target, "old");
        var exception = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write("half of the n"u8);
            throw new IOException("No space left on device", UnixNoSpace);
        }));
        Assert.Contains(Target, exception.Message);
        Assert.Contains("the disk is full; free some space", exception.Message);
        Assert.AreEqual("old", File.ReadAllText(Target));
        AssertNothingElseIsThere();
    }

    [TestMethod]
    public void Write_WriterThrows_PassesTheErrorOnAndLeavesNothing()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.Write(Target, _ => throw new InvalidOperationException("tensor gone")));
        Assert.IsEmpty(Directory.GetFileSystemEntries(Folder));
    }

    [TestMethod]
    public void Write_FolderMissing_NamesIt()
    {
        string path = Path.Combine(Folder, "missing", "file.txt");
        var exception = Assert.ThrowsExactly<IOException>(() => AtomicFile.WriteText(path, "x"));
        Assert.Contains($"the folder {Path.GetDirectoryName(path)} does not exist; create it first", exception.Message);
    }

    [TestMethod]
    public void Write_ParentIsAFile_SaysSoAndLeavesIt()
    {
        AtomicFile.WriteText(Target, "old");
        var exception = Assert.ThrowsExactly<IOException>(() => AtomicFile.WriteText(Path.Combine(Target, "file.txt"), "x"));
        Assert.Contains($"{Target} is a file and no folder", exception.Message);
        Assert.AreEqual("old", File.ReadAllText(Target));
        AssertNothingElseIsThere();
    }

    [TestMethod]
    public void Write_TargetIsAFolder_LeavesNothing()
    {
        Directory.CreateDirectory(Target);
        Assert.ThrowsExactly<IOException>(() => AtomicFile.WriteText(Target, "x"));
        CollectionAssert.AreEqual(new[] { Target }, Directory.GetFileSystemEntries(Folder));
    }

    [TestMethod]
    public void Write_PartialFileOfAKilledProcess_IsReplaced()
    {
        File.WriteAllText(Target + ".partial", "left behind by a killed process");
        AtomicFile.WriteText(Target, "new");
        Assert.AreEqual("new", File.ReadAllText(Target));
        AssertNothingElseIsThere();
    }

    private void AssertNothingElseIsThere() => CollectionAssert.AreEqual(new[] { Target }, Directory.GetFileSystemEntries(Folder));
}
