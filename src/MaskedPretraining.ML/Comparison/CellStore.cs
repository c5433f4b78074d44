using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.ML.Comparison;

/// <summary>A folder with a small file for each cell that is done, found by the contents of what it is about.</summary>
/// <exception cref="IOException">The folder cannot be made.</exception>
internal sealed class CellStore(string folder)
{
    // Part of every key: what older files hold is not what this version would measure.
    private const string Format = "comparison cell 1";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly string _folder = Directory.CreateDirectory(folder).FullName;

    /// <summary>The key of a cell.</summary>
    public static string Key(string encoder, string data, string settings, ulong? seed) => $"{Format}; {encoder}; data {data}; {settings}; seed {seed?.ToString() ?? "none"}";

    /// <summary>The cell with its measurement; null if there is none, or its file is damaged.</summary>
    public ComparisonCell? Find(string key, ComparisonCell cell)
    {
        string path = PathOf(key);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(path)) is { } entry && entry.Key == key
                ? cell with { Value = entry.Value, HalfWidth = entry.HalfWidth, Seconds = entry.Seconds, WasKept = true }
                : null;
        }
        catch (JsonException)
        {
            // Written whole, so somebody has changed it; measuring again mends it.
            return null;
        }
    }

    /// <summary>Keeps a measurement.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Keep(string key, ComparisonCell cell) => AtomicFile.WriteText(
        PathOf(key), JsonSerializer.Serialize(new Entry(key, cell.Encoder, cell.DataSet, cell.Protocol, cell.Seed, cell.Value, cell.HalfWidth, cell.Seconds), Indented));

    private string PathOf(string key) => Path.Combine(_folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}.json");

    /// <summary>The contents of a file. Names and seed are for people who look into it.</summary>
    private sealed record Entry(string Key, string Encoder, string DataSet, string Protocol, ulong? Seed, double Value, double? HalfWidth, double Seconds);
}
