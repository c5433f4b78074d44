using System.Globalization;
using System.Text.RegularExpressions;
using MaskedPretraining.ML;

namespace MaskedPretraining.Samples;

[TestClass]
public sealed partial class DocumentationTests
{
    /// <summary>What README and docs show is code that the samples contain, and so code that is compiled and run.</summary>
    [TestMethod]
    public void Snippets_OfReadmeAndDocs_StandInASample()
    {
        string samples = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Sample.Root, "samples"), "*.cs", SearchOption.AllDirectories).Select(path => Plain(File.ReadAllText(path))));
        int count = 0;
        foreach (string page in Directory.EnumerateFiles(Path.Combine(Sample.Root, "docs"), "*.md").Append(Path.Combine(Sample.Root, "README.md")))
        {
            foreach (Match snippet in Snippet().Matches(File.ReadAllText(page).ReplaceLineEndings("\n")))
            {
                count++;
                Assert.Contains(Plain(snippet.Groups["code"].Value), samples, $"A snippet of {Path.GetFileName(page)} stands in no sample.");
            }
        }

        Assert.IsGreaterThan(0, count, "The README shows no code.");
    }

    [TestMethod]
    public void Links_BetweenPages_LeadSomewhere()
    {
        foreach (string page in Directory.EnumerateFiles(Path.Combine(Sample.Root, "docs"), "*.md").Append(Path.Combine(Sample.Root, "README.md")))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
            {
                string target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups["target"].Value);
                Assert.IsTrue(File.Exists(target) || Directory.Exists(target), $"{Path.GetFileName(page)} links to {link.Groups["target"].Value}, which is not there.");
            }
        }
    }

    /// <summary>The page's table of options names every option, with the default that a new object has.</summary>
    [TestMethod]
    public void OptionsTable_OfGuidedMae_NamesEveryOptionAndItsDefault()
    {
        string page = File.ReadAllText(Path.Combine(Sample.Root, "docs", "guided-mae.md"));
        var defaults = new GuidedMaeOptions();
        foreach (var option in typeof(GuidedMaeOptions).GetProperties().Where(property => property.CanWrite))
        {
            var row = Regex.Match(page, $@"^\| `{option.Name}` \| (?<value>[^|]*) \|", RegexOptions.Multiline);
            Assert.IsTrue(row.Success, $"docs/guided-mae.md has no row for {option.Name}.");
            object? value = option.GetValue(defaults);
            if (value is null)
            {
                Assert.AreEqual("null", row.Groups["value"].Value, option.Name);
            }
            else if (value is bool or int or double or Enum or string)
            {
                Assert.AreEqual($"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`", row.Groups["value"].Value, option.Name);
            }
        }
    }

    /// <summary>Code without the white space at the line ends and beginnings.</summary>
    private static string Plain(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\]\((?!http)(?<target>[^)#]+)[^)]*\)")]
    private static partial Regex Link();
}
