using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Reading sound and damaged safetensors files.</summary>
internal sealed class SafetensorsFileKind : IGoldenKind
{
    public string Name => "safetensors-file";

    public void Run(GoldenCase golden)
    {
        string outcome = golden.Expected.GetProperty("outcome").GetString()!;
        StateDictionary? state = null;
        try
        {
            state = SafetensorsFile.Read(Path.Combine(golden.Folder, golden.Options.GetProperty("file").GetString()!));
        }
        catch (CheckpointFormatException exception) when (outcome != "loaded")
        {
            golden.WaiveResults();
            // The message must name the file; that it names the defect is held by the tests of the reader.
            if (!exception.Message.Contains(golden.Options.GetProperty("file").GetString()!, StringComparison.Ordinal))
            {
                golden.Fail($"the message does not name the file: {exception.Message}");
            }
        }

        if (state is null)
        {
            return;
        }

        if (outcome == "refused")
        {
            golden.Fail($"was read, but must be refused ({golden.Expected.GetProperty("reason").GetString()})");
            return;
        }

        StoredTensors.Compare(golden, state.Names.ToDictionary(name => name, name => state[name]));
        CompareMetadata(golden, state);
    }

    private static void CompareMetadata(GoldenCase golden, StateDictionary state)
    {
        if (!golden.Expected.TryGetProperty("metadata", out var expected))
        {
            return;
        }

        var pairs = expected.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);
        if (pairs.Count != state.Metadata.Count || pairs.Any(pair => !state.Metadata.TryGetValue(pair.Key, out string? text) || text != pair.Value))
        {
            golden.Fail($"attributes are {string.Join(", ", state.Metadata)} instead of {string.Join(", ", pairs)}");
        }
    }
}
