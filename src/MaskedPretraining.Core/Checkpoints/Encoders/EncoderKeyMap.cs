using System.Globalization;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>Which of a checkpoint's tensors make up an encoder.</summary>
internal sealed class EncoderKeyMap
{
    // What training keeps beside the weights that it changes last; better to use, as their authors do.
    private static readonly string[] Averages = ["teacher", "ema", "momentum"];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    private EncoderKeyMap(KeyScheme scheme, string prefix) => (Scheme, Prefix) = (scheme, prefix);

    public KeyScheme Scheme { get; }

    /// <summary>What the encoder's names begin with.</summary>
    public string Prefix { get; }

    /// <summary>The checkpoint's names of the tensors that have a place in the encoder.</summary>
    public IReadOnlyCollection<string> Names => _names.Values;

    /// <summary>Number of tensors that have a place in the encoder.</summary>
    public int Count => _names.Count;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; private set; }

    /// <summary>Names behind the prefix that have no place and belong to no other part that is known.</summary>
    public IReadOnlyList<string> LeftOver { get; private set; } = [];

    /// <summary>Names that belong to heads, decoders, optimizers and the like.</summary>
    public IReadOnlyList<string> Ignored { get; private set; } = [];

    /// <summary>The map that finds most of an encoder; null if nothing looks like one.</summary>
    /// <param name="names">All names of the checkpoint.</param>
    /// <param name="options">May ask for a prefix and for names to ignore.</param>
    public static EncoderKeyMap? Best(IReadOnlyList<string> names, EncoderLoadOptions options)
    {
        var best = new[] { KeyScheme.Timm, KeyScheme.HuggingFace }
            .SelectMany(scheme => ByPrefix(names, scheme))
            .Where(map => map.IsTransformer() && (options.Prefix is null || map.Prefix == options.Prefix))
            .OrderByDescending(map => map.Count)
            .ThenByDescending(map => Array.Exists(Averages, average => map.Prefix.Contains(average, StringComparison.Ordinal)))
            .ThenBy(map => map.Prefix.Length)
            .FirstOrDefault();
        best?.Sort(names, options.Ignore);
        return best;
    }

    /// <summary>Whether a tensor of timm's name is there.</summary>
    public bool Has(string timm) => _names.ContainsKey(timm);

    /// <summary>The checkpoint's name for a tensor of timm's name.</summary>
    public string this[string timm] => _names[timm];

    /// <summary>What the checkpoint would call a tensor that it lacks.</summary>
    public string MissingName(string timm) => Prefix + Scheme.OwnName(timm);

    private static Dictionary<string, EncoderKeyMap>.ValueCollection ByPrefix(IReadOnlyList<string> names, KeyScheme scheme)
    {
        var maps = new Dictionary<string, EncoderKeyMap>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (scheme.Split(name) is var (prefix, timm))
            {
                maps.TryAdd(prefix, new EncoderKeyMap(scheme, prefix));
                maps[prefix]._names.TryAdd(timm, name);
            }
        }

        return maps.Values;
    }

    // Class tokens and normalisation layers are everywhere.
    private bool IsTransformer() => _names.Keys.Any(timm => timm.StartsWith("blocks.", StringComparison.Ordinal) || timm.StartsWith("patch_embed.", StringComparison.Ordinal));

    private void Sort(IReadOnlyList<string> names, IReadOnlyList<string> ignore)
    {
        // Blocks with a gap in their numbers come out as missing and left over.
        Depth = _names.Keys.Select(BlockOf).Where(block => block >= 0).Distinct().Count();
        foreach (string beyond in _names.Keys.Where(timm => BlockOf(timm) >= Depth).ToArray())
        {
            _names.Remove(beyond);
        }

        var used = _names.Values.ToHashSet(StringComparer.Ordinal);
        var others = names.Where(name => !used.Contains(name)).ToLookup(name => IsOtherPart(name, ignore));
        (Ignored, LeftOver) = ([.. others[true]], [.. others[false]]);
    }

    private bool IsOtherPart(string name, IReadOnlyList<string> ignore)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return true;
        }

        string rest = name[Prefix.Length..];
        // Behind a slash lies another dictionary.
        return rest.Contains('/', StringComparison.Ordinal) || Scheme.OtherParts.Concat(ignore).Any(part => rest.StartsWith(part, StringComparison.Ordinal));
    }

    private static int BlockOf(string timm) =>
        timm.StartsWith("blocks.", StringComparison.Ordinal) ? int.Parse(timm.Split('.', 3)[1], NumberStyles.None, CultureInfo.InvariantCulture) : -1;
}
