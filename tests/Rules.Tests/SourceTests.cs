using System.Text.RegularExpressions;

namespace MaskedPretraining.Rules;

[TestClass]
public sealed partial class SourceTests
{
    private const int MaximumLines = 400;

    [TestMethod]
    [DataRow("src")]
    [DataRow("tests")]
    [DataRow("build")]
    [DataRow("bench")]
    [DataRow("samples")]
    public void CSharpFiles_AllOfAFolder_HaveAtMostFourHundredLines(string folder) =>
        AssertNone(
            from file in Repository.CSharpFiles(folder)
            let lines = File.ReadLines(file.Path).Count()
            where lines > MaximumLines
            select $"{file.Name} has {lines} lines; split it by what its parts do.");

    [TestMethod]
    public void CSharpFiles_OfTheLibraries_DeclareOneTypeNamedAsTheFile() =>
        AssertNone(
            from file in Repository.CSharpFiles("src")
            let types = TopLevelType().Matches(File.ReadAllText(file.Path)).Select(match => match.Groups["name"].Value).ToArray()
            // A generic type beside a plain one of its name has its number of type parameters behind it: List`1.cs.
            let expected = Path.GetFileName(file.Path).Split('.', '`')[0]
            where types.Length != 1 || types[0] != expected
            select $"{file.Name} declares {(types.Length == 0 ? "no type" : string.Join(", ", types))}; a file holds one type and has its name.");

    [TestMethod]
    public void Namespaces_OfTheLibraries_AreTheFolders() =>
        AssertNone(
            from file in Repository.CSharpFiles("src")
            let expected = Path.GetDirectoryName(file.Name)!.Replace('\\', '/')["src/".Length..].Replace('/', '.')
            let found = FileScopedNamespace().Match(File.ReadAllText(file.Path)).Groups["name"].Value
            where found != expected
            select $"{file.Name} has the namespace '{found}' instead of '{expected}'.");

    [TestMethod]
    [DataRow(@"\bConsole\.", "a library does not write to the console; report through a callback or the log")]
    [DataRow(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b", "results must not depend on the clock; measure with Stopwatch")]
    [DataRow(@"\bnew Random\(|\bRandom\.Shared\b", "draw from RandomStream, so that the seed decides")]
    [DataRow(@"\bmanual_seed\b", "Torch's global generator decides nothing here; draw from RandomStream")]
    [DataRow(@"\bThread\.Sleep\(", "wait for what is awaited")]
    [DataRow(@"^\s*#(if|region)\b", "one source for every set-up, and files small enough to need no regions")]
    public void Libraries_ForbiddenCalls_DoNotOccur(string pattern, string instead) =>
        AssertNone(
            from file in Repository.CSharpFiles("src")
            from line in File.ReadLines(file.Path).Index()
            where !line.Item.TrimStart().StartsWith("//", StringComparison.Ordinal) && Regex.IsMatch(line.Item, pattern)
            select $"{file.Name}, line {line.Index + 1}: {line.Item.Trim()} ({instead})");

    private static void AssertNone(IEnumerable<string> offenders)
    {
        string[] all = [.. offenders];
        Assert.IsEmpty(all, string.Join("\n", all));
    }

    // A top-level type of a file-scoped namespace starts in the first column.
    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|readonly|ref|partial|unsafe) )*(?:class|struct|interface|enum|record(?: class| struct)?|delegate \S+) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex FileScopedNamespace();
}
