using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Golden;

/// <summary>One golden case: its options, its inputs, and the results that are compared with the expected ones as they come.</summary>
internal sealed class GoldenCase
{
    private readonly StateDictionary _tensors;
    private readonly Tolerance _tolerance;
    private readonly HashSet<string> _compared = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];

    private GoldenCase(string folder, JsonElement description, StateDictionary tensors)
    {
        (Folder, Description, _tensors) = (folder, description, tensors);
        _tolerance = Tolerance.Parse(description.GetProperty("tolerance"));
    }

    /// <summary>The case's folder.</summary>
    public string Folder { get; }

    /// <summary>The whole of case.json.</summary>
    public JsonElement Description { get; }

    /// <summary>Everything that decides the result.</summary>
    public JsonElement Options => Description.GetProperty("options");

    /// <summary>Sizes of the network.</summary>
    public JsonElement Model => Description.GetProperty("model");

    /// <summary>What the file kinds expect.</summary>
    public JsonElement Expected => Description.GetProperty("expected");

    /// <summary>What went wrong so far.</summary>
    public IReadOnlyList<string> Failures => _failures;

    public static GoldenCase Load(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        var description = json.RootElement.Clone();
        long format = description.GetProperty("format").GetInt64();
        return format == 1
            ? new GoldenCase(folder, description, SafetensorsFile.Read(Path.Combine(folder, "tensors.safetensors")))
            : throw new NotSupportedException($"case.json has format {format}; this runner knows format 1.");
    }

    /// <summary>Whether the case has a tensor of that name.</summary>
    public bool Has(string name) => _tensors.Contains(name);

    /// <summary>Names of the tensors that start with <paramref name="prefix"/>, in the order of the file.</summary>
    public IEnumerable<string> Names(string prefix) => _tensors.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

    public long[] ShapeOf(string name) => [.. _tensors[name].Shape];

    public float[] Single(string name) => _tensors[name].ToSingles();

    public double[] Double(string name) => _tensors[name].ToDoubles();

    public long[] Int64(string name) => _tensors[name].ToInt64s();

    public byte[] Bytes(string name) => _tensors[name].Bytes;

    public void Expect(string name, float[] actual, params long[] shape) => Compare(name, Array.ConvertAll(actual, value => (double)value), shape);

    public void Expect(string name, double[] actual, params long[] shape) => Compare(name, actual, shape);

    public void Expect(string name, long[] actual, params long[] shape) => Compare(name, actual, shape);

    public void Expect(string name, byte[] actual, params long[] shape) => Compare(name, Array.ConvertAll(actual, value => (long)value), shape);

    /// <summary>Notes a failure that is not about a tensor.</summary>
    public void Fail(string what) => _failures.Add(what);

    /// <summary>Says that the case allows to refuse its input, so that no result is due.</summary>
    public void WaiveResults() => _compared.UnionWith(_tensors.Names);

    /// <summary>Notes every expected result that was never compared.</summary>
    public void RequireComplete()
    {
        foreach (string name in Names("out/").Concat(Names("grad/")).Where(name => !_compared.Contains(name)))
        {
            Fail($"{name}: was not computed");
        }
    }

    private void Compare(string name, double[] actual, long[] shape)
    {
        if (Claim(name, actual.LongLength, shape) is not { } expected)
        {
            return;
        }

        if (expected.Type is not (TensorElementType.F32 or TensorElementType.F64))
        {
            Fail($"{name}: is stored as {expected.Type}, but real numbers were computed");
        }
        else if (GoldenComparer.Compare(name, actual, expected.ToDoubles(), _tolerance) is { } failure)
        {
            Fail(failure);
        }
    }

    private void Compare(string name, long[] actual, long[] shape)
    {
        if (Claim(name, actual.LongLength, shape) is not { } expected)
        {
            return;
        }

        if (expected.Type is not (TensorElementType.I64 or TensorElementType.U8))
        {
            Fail($"{name}: is stored as {expected.Type}, but integers were computed");
            return;
        }

        long limit = expected.Type == TensorElementType.U8 ? _tolerance.GreyLevels : 0;
        if (GoldenComparer.Compare(name, actual, expected.ToInt64s(), limit) is { } failure)
        {
            Fail(failure);
        }
    }

    private TensorData? Claim(string name, long count, long[] shape)
    {
        _compared.Add(name);
        if (!Has(name))
        {
            Fail($"{name}: was computed, but the case expects no such tensor");
            return null;
        }

        var expected = _tensors[name];
        if (!shape.SequenceEqual(expected.Shape) || count != expected.Count)
        {
            Fail($"{name}: shape [{string.Join(", ", shape)}] with {count} elements instead of [{string.Join(", ", expected.Shape)}]");
            return null;
        }

        return expected;
    }
}
