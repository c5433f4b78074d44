using Microsoft.ML;

namespace MaskedPretraining.ML.Tests.Comparison;

[TestClass]
public sealed class ComparisonResultTests
{
    private static ComparisonResult Result => new(
        new MLContext(),
        [
            new ComparisonCell("mae", "cifar", "20-NN", null) { Value = 0.5, Seconds = 1.25 },
            new ComparisonCell("mae", "cifar", "5-shot", 0) { Value = 0.40, Seconds = 2 },
            new ComparisonCell("mae", "cifar", "5-shot", 1) { Value = 0.42, Seconds = 3 },
            new ComparisonCell("mae", "stl|10", "1-shot", 0) { Value = 0.25, HalfWidth = 0.0123, Seconds = 1 },
            new ComparisonCell("<none>", "cifar", "20-NN", null) { Value = 0.3, Seconds = 1 },
            new ComparisonCell("<none>", "cifar", "5-shot", 0) { Failure = "too few" },
        ],
        wasCancelled: true);

    [TestMethod]
    public void ToMarkdown_SmallTable_IsThisText() => Assert.AreEqual(
        """
        | encoder | cifar: 20-NN | cifar: 5-shot | stl\|10: 1-shot |
        | --- | ---: | ---: | ---: |
        | mae | **50.0** | 41.0 ± 1.4 | 25.0 ± 1.2 (95 %) |
        | <none> | 30.0 | failed | – |

        Percent: mean ± standard deviation over seeds and encoders of a name; (95 %): confidence interval over draws. Bold: the best of a column.

        Seconds of a measurement, features not counted:

        | encoder | cifar: 20-NN | cifar: 5-shot | stl\|10: 1-shot |
        | --- | ---: | ---: | ---: |
        | mae | 1.25 | 2.50 | 1.00 |
        | <none> | 1.00 | – | – |

        Failed:

        - <none> on cifar, 5-shot, seed 0: too few

        """.ReplaceLineEndings("\n"),
        Result.ToMarkdown());

    [TestMethod]
    public void ToHtml_SmallTable_IsWellFormedAndEscaped()
    {
        string html = Result.ToHtml("A & B");
        var page = System.Xml.Linq.XDocument.Parse(html.Replace("<!doctype html>", "").Replace("<meta charset=\"utf-8\">", "").Replace("<meta name=\"viewport\" content=\"width=device-width\">", ""));
        Assert.AreEqual("A & B", page.Descendants("h1").Single().Value);
        Assert.AreSequenceEqual(["cifar 2", "stl|10 1"], page.Descendants("th").Where(cell => cell.Attribute("colspan") is not null).Select(cell => $"{cell.Value} {cell.Attribute("colspan")!.Value}").ToArray());
        Assert.AreSequenceEqual(["50.01.25 s"], page.Descendants("td").Where(cell => cell.Attribute("class")?.Value.Contains("best") == true).Select(cell => cell.Value).ToArray());
        Assert.Contains("&lt;none&gt;", html);
        Assert.DoesNotContain("http", html, "the page needs nothing else");
    }

    [TestMethod]
    public void Entries_SpreadOfSeeds_IsTheSampleDeviation()
    {
        var entry = Result.Entries.Single(entry => entry is { Encoder: "mae", Protocol: "5-shot" });
        Assert.AreEqual((2, 0), (entry.Runs, entry.Failures));
        Assert.AreEqual(0.41, entry.Mean, 1e-12);
        Assert.AreEqual(Math.Sqrt(2 * 0.01 * 0.01), entry.StandardDeviation, 1e-12);
        Assert.IsFalse(entry.IsBest, "the other one failed, so there is nothing to be better than");
    }
}
