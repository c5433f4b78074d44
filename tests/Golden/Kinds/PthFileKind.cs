using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Reading sound, damaged and hostile files of torch.save.</summary>
internal sealed class PthFileKind : IGoldenKind
{
    public string Name => "pth-file";

    public void Run(GoldenCase golden)
    {
        string file = golden.Options.GetProperty("file").GetString()!;
        string outcome = golden.Expected.GetProperty("outcome").GetString()!;
        Dictionary<string, TensorData>? read = null;
        try
        {
            read = Read(Path.Combine(golden.Folder, file), golden.Options);
        }
        catch (CheckpointFormatException exception) when (outcome != "loaded")
        {
            golden.WaiveResults();
            if (!exception.Message.Contains(file, StringComparison.Ordinal))
            {
                golden.Fail($"the message does not name the file: {exception.Message}");
            }
        }

        if (golden.Expected.TryGetProperty("must_not_exist", out var marker) && File.Exists(marker.GetString()!))
        {
            golden.Fail($"{marker.GetString()} exists: a call in the file was executed");
        }

        if (read is not null && outcome == "refused")
        {
            golden.Fail($"was read, but must be refused ({golden.Expected.GetProperty("reason").GetString()})");
        }
        else if (read is not null)
        {
            StoredTensors.Compare(golden, read);
        }
    }

    private static Dictionary<string, TensorData> Read(string path, JsonElement options)
    {
        using var checkpoint = Checkpoint.Open(path);
        string entry = options.TryGetProperty("entry", out var key) ? key.GetString()! + "/" : "";
        var read = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        foreach (string name in checkpoint.Names.Where(name => name.StartsWith(entry, StringComparison.Ordinal)))
        {
            string stripped = Texts(options, "strip_prefixes").Aggregate(
                name[entry.Length..], (rest, prefix) => rest.StartsWith(prefix, StringComparison.Ordinal) ? rest[prefix.Length..] : rest);
            if (!Texts(options, "ignore_prefixes").Any(prefix => stripped.StartsWith(prefix, StringComparison.Ordinal)))
            {
                read.Add(stripped, checkpoint.Read(name));
            }
        }

        return read;
    }

    private static IEnumerable<string> Texts(JsonElement options, string name) =>
        options.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(text => text.GetString()!) : [];
}
