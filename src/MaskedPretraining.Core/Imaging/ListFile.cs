namespace MaskedPretraining.Core.Imaging;

/// <summary>Text files with an entry a line that come with a data set.</summary>
internal static class ListFile
{
    /// <summary>The lines without white space around them; empty ones are left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What it should hold, for the message if it is missing or empty.</param>
    /// <exception cref="FileNotFoundException">It is missing.</exception>
    /// <exception cref="InvalidDataException">It holds no line.</exception>
    public static string[] Read(string path, string content)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is missing; it should hold {content}.", path);
        }

        string[] lines = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return lines.Length > 0 ? lines : throw new InvalidDataException($"{path} is empty; it should hold {content}.");
    }
}
