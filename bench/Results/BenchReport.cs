using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Results;

/// <summary>
/// The figures of one run of a benchmark: printed last, a line <c>NAME: figure unit</c> each, and with <c>--save</c> kept in <c>bench/results/NAME.json</c> with the machine, versions,
/// settings and the date.
/// </summary>
/// <param name="name">The benchmark, as typed; with <c>-</c> for what is after it.</param>
internal sealed class BenchReport(string name)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A quotient of nothing must not cost the other figures.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly SortedDictionary<string, string> _machine = MachineFacts.Read();
    private readonly Dictionary<string, string> _settings = [];
    private readonly List<Measurement> _measurements = [];

    /// <summary>Says at once what is going on; not kept.</summary>
    public static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Notes how it was measured: batch size, rounds, thread counts, the data.</summary>
    public void Setting(string what, object value) => _settings[what] = Convert.ToString(value, CultureInfo.InvariantCulture)!;

    /// <summary>Notes a figure.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="value">The figure.</param>
    /// <param name="unit">Its unit.</param>
    public void Add(string what, double value, string unit) => _measurements.Add(new Measurement(what, Rounded(value), unit));

    /// <summary>Notes a quotient of two figures of this run.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="value">The quotient.</param>
    /// <param name="baseline">What stands below the line.</param>
    public void Ratio(string what, double value, string baseline) => _measurements.Add(new Measurement(what, Rounded(value), Measurement.Ratio, baseline));

    /// <summary>Prints the figures.</summary>
    public void Print()
    {
        Console.WriteLine(TorchRuntime.Description);
        foreach (var m in _measurements)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{m.Name}: {m.Value} {m.Unit}{(m.Baseline is null ? "" : $" (over {m.Baseline})")}"));
        }
    }

    /// <summary>Keeps the figures in a file.</summary>
    /// <param name="folder">Where to.</param>
    /// <returns>The file's path.</returns>
    public string Save(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{name}.json");
        var content = new { Benchmark = name, Date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Machine = _machine, Settings = _settings, Measurements = _measurements };
        File.WriteAllText(path, JsonSerializer.Serialize(content, Json) + "\n");
        return path;
    }

    // Five significant digits: more than any of these measurements has.
    private static double Rounded(double value) => double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
