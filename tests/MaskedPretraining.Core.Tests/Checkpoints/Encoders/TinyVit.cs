namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>State dictionaries of small vision transformers under the names of several families.</summary>
internal static class TinyVit
{
    public const int Width = 64;
    public const int Depth = 2;
    public const int Patch = 4;
    public const int Grid = 3;
    public const int Hidden = 2 * Width;

    /// <summary>timm's names; 12x12 pixels, patch 4, 64 wide, 2 blocks, MLP ratio 2.</summary>
    public static StateDictionary Timm(int channels = 3, int grid = Grid)
    {
        var state = new StateDictionary();
        Add(state, "cls_token", 1, 1, Width);
        Add(state, "pos_embed", 1, 1 + (grid * grid), Width);
        Add(state, "patch_embed.proj.weight", Width, channels, Patch, Patch);
        Add(state, "patch_embed.proj.bias", Width);
        for (int block = 0; block < Depth; block++)
        {
            foreach (var (layer, shape) in new (string, long[])[]
            {
                ("norm1", [Width]), ("attn.qkv", [3 * Width, Width]), ("attn.proj", [Width, Width]), ("norm2", [Width]), ("mlp.fc1", [Hidden, Width]), ("mlp.fc2", [Width, Hidden]),
            })
            {
                Add(state, $"blocks.{block}.{layer}.weight", shape);
                Add(state, $"blocks.{block}.{layer}.bias", shape[0]);
            }
        }

        Add(state, "norm.weight", Width);
        Add(state, "norm.bias", Width);
        return state;
    }

    /// <summary>The same tensors as transformers names them, queries, keys and values apart.</summary>
    public static StateDictionary HuggingFace(string prefix)
    {
        var timm = Timm();
        var state = new StateDictionary();
        foreach (string name in timm.Names)
        {
            if (name.Contains("attn.qkv", StringComparison.Ordinal))
            {
                string[] thirds = ["query", "key", "value"];
                for (int third = 0; third < 3; third++)
                {
                    float[] all = timm[name].ToSingles();
                    long[] shape = [Width, .. timm[name].Shape.Skip(1)];
                    state[prefix + Rename(name).Replace("qkv", thirds[third], StringComparison.Ordinal)] = TensorData.FromSingles(all.AsSpan(third * all.Length / 3, all.Length / 3), shape);
                }
            }
            else
            {
                state[prefix + Rename(name)] = timm[name];
            }
        }

        return state;

        static string Rename(string name) => name
            .Replace("blocks.", "encoder.layer.", StringComparison.Ordinal).Replace("norm1", "layernorm_before", StringComparison.Ordinal).Replace("norm2", "layernorm_after", StringComparison.Ordinal)
            .Replace("attn.qkv", "attention.attention.qkv", StringComparison.Ordinal).Replace("attn.proj", "attention.output.dense", StringComparison.Ordinal)
            .Replace("mlp.fc1", "intermediate.dense", StringComparison.Ordinal).Replace("mlp.fc2", "output.dense", StringComparison.Ordinal)
            .Replace("patch_embed.proj", "embeddings.patch_embeddings.projection", StringComparison.Ordinal).Replace("pos_embed", "embeddings.position_embeddings", StringComparison.Ordinal)
            .Replace("cls_token", "embeddings.cls_token", StringComparison.Ordinal) is var renamed && renamed.StartsWith("norm.", StringComparison.Ordinal) ? "layernorm." + renamed[5..] : renamed;
    }

    /// <summary>Four heads' relative positions in place of the table.</summary>
    public static StateDictionary Relative(int rows)
    {
        var timm = Timm();
        var state = new StateDictionary();
        Add(state, KeyScheme.RelativePositions, rows, 4);
        foreach (string name in timm.Names.Where(name => name != "pos_embed"))
        {
            state[name] = timm[name];
        }

        return state;
    }

    /// <summary>Adds a tensor whose numbers depend on its name.</summary>
    public static void Add(StateDictionary state, string name, params long[] shape)
    {
        int seed = name.Sum(letter => letter) % 97;
        state[name] = TensorData.FromSingles([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (count, side) => count * side)).Select(i => MathF.Sin(seed + i))], shape);
    }

    /// <summary>The same tensors under longer names.</summary>
    public static StateDictionary WithPrefix(StateDictionary state, string prefix)
    {
        var renamed = new StateDictionary();
        foreach (string name in state.Names)
        {
            renamed[prefix + name] = state[name];
        }

        return renamed;
    }
}
