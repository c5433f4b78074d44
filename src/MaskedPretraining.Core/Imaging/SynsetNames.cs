namespace MaskedPretraining.Core.Imaging;

/// <summary>WordNet's words for classes that are numbered by their synsets, such as <c>n02124075</c>.</summary>
internal static class SynsetNames
{
    private static readonly char[] Space = [' ', '\t'];

    /// <summary>Parts a line: the synset, white space, and possibly its words.</summary>
    public static (string Id, string Words) Parse(string line) =>
        line.IndexOfAny(Space) is var end && end < 0 ? (line, "") : (line[..end], line[end..].Trim());

    /// <summary>A name for each class: the first of its words; with the synset behind it where several classes have the same; the synset where there are no words.</summary>
    /// <param name="ids">The synsets.</param>
    /// <param name="words">Their words, separated by commas, in the same order.</param>
    public static string[] Unique(IReadOnlyList<string> ids, IReadOnlyList<string> words)
    {
        string[] first = [.. words.Select((text, i) => text.Length == 0 ? ids[i] : text.Split(',')[0].Trim())];
        var counts = first.CountBy(name => name).ToDictionary(StringComparer.Ordinal);
        return [.. first.Select((name, i) => counts[name] == 1 ? name : $"{name} ({ids[i]})")];
    }
}
