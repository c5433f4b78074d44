namespace MaskedPretraining.Rules;

[TestClass]
public sealed class PublicApiTests
{
    public static IEnumerable<object[]> LibraryNames => Libraries.Names.Select(name => new object[] { name });

    /// <summary>What a library shows is what the approved file says, so that a change of it is seen and reviewed as a change of a text.</summary>
    [TestMethod]
    [DynamicData(nameof(LibraryNames))]
    public void PublicApi_OfALibrary_IsTheApprovedOne(string library)
    {
        string approved = Path.Combine(Repository.Root, "tests", "Rules.Tests", "Approved", $"{library}.approved.txt");
        string received = Path.ChangeExtension(Path.ChangeExtension(approved, null), ".received.txt");
        string found = ApiText.Of(Libraries.Load(library));
        string expected = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        if (found == expected)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, found);
        Assert.Fail(
            $"The public API of {library} differs from the approved one:\n{Difference(expected, found)}\n" +
            $"If that is meant, move {received} over {Path.GetFileName(approved)} and name the change in CHANGELOG.md; if not, make the members internal.");
    }

    [TestMethod]
    public void Of_TypesOfEveryKind_ReadsLikeCSharp()
    {
        string expected = """
            namespace MaskedPretraining.Rules.Samples
              public delegate string? SampleCallback(int[] values);
              public enum SampleKind : int
                First = 0
                Second = 5
              public interface ISample<in T>
                bool TryGet(T key, out string? value);
              public readonly record struct SamplePoint
                SamplePoint(int X, double Y = 0.5);
                int X { get; init; }
                double Y { get; init; }
              public sealed class SampleClass<TItem> : IDisposable, ISample<string> where TItem : struct
                SampleClass(string name, string? note = null, SampleKind kind = SampleKind.Second);
                const int Limit = 3;
                string? Note { get; }
                TItem this[int index] { get; set; }
                event Action<string?>? Changed;
                int Count(in ReadOnlySpan<float> values, params long[] shape);
                void Dispose();
                bool TryGet(string key, out string? value);

            """.ReplaceLineEndings("\n");
        Assert.AreEqual(expected, ApiText.Of(typeof(Samples.SampleKind).Assembly, "MaskedPretraining.Rules.Samples"));
    }

    private static string Difference(string expected, string found)
    {
        string[] before = expected.Split('\n');
        string[] after = found.Split('\n');
        return string.Join("\n", before.Except(after).Select(line => "- " + line.Trim()).Concat(after.Except(before).Select(line => "+ " + line.Trim())).Take(40));
    }
}
