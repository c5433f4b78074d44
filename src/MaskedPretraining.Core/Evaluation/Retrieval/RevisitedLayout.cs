using System.Text.Json;
using MaskedPretraining.Core.Checkpoints.Pickling;

namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>The layout of the revisited sets' ground truth, whichever notation it is written in.</summary>
internal static class RevisitedLayout
{
    private const int BoxLength = 4;

    /// <exception cref="FormatException">The pickle is damaged.</exception>
    public static object? OfPickle(Stream stream) => new PickleMachine(new PickleInput(stream, stream.Length), new NoObjects()).Load();

    /// <summary>JSON as the values that a pickle would give.</summary>
    public static object? OfJson(Stream stream)
    {
        using var json = JsonDocument.Parse(stream);
        return ValueOf(json.RootElement);
    }

    /// <exception cref="FormatException">Something is missing or of another kind; the message names it.</exception>
    public static RevisitedGroundTruth Read(object? root)
    {
        string[] database = Names(Get(root, "imlist"), "imlist");
        string[] queries = Names(Get(root, "qimlist"), "qimlist");
        var truths = Items(Get(root, "gnd"), "gnd");
        if (truths.Count != queries.Length)
        {
            throw new FormatException($"qimlist has {queries.Length} queries, but gnd has {truths.Count}");
        }

        return new RevisitedGroundTruth(database, [.. queries.Select((name, i) => Query(name, truths[i], i, database.Length))]);
    }

    private static RevisitedQuery Query(string name, object? truth, int index, int databaseSize)
    {
        IReadOnlyList<int> Indices(string kind) => [.. Items(Get(truth, kind, index), $"{kind} of query {index}").Select(item => item is long value && value >= 0 && value < databaseSize
            ? (int)value
            : throw new FormatException($"{kind} of query {index} has {item ?? "null"}, but the indices of {databaseSize} images are needed"))];
        return new RevisitedQuery(name, Box(truth, index), Indices("easy"), Indices("hard"), Indices("junk"));
    }

    private static double[]? Box(object? truth, int index)
    {
        if (truth is not PickleMap map || map["bbx"] is not { } box)
        {
            return null;
        }

        double[] sides = [.. Items(box, $"bbx of query {index}").Select(side => side switch { double number => number, long number => number, _ => double.NaN })];
        return sides.Length == BoxLength && Array.TrueForAll(sides, double.IsFinite)
            ? sides
            : throw new FormatException($"bbx of query {index} is not four numbers");
    }

    private static object Get(object? map, string name, int? query = null) => (map as PickleMap)?[name] ?? throw new FormatException($"it has no {name}{(query is { } index ? $" of query {index}" : "")}");

    private static string[] Names(object list, string name) =>
        [.. Items(list, name).Select(item => item as string ?? throw new FormatException($"{name} holds something else than names"))];

    private static IReadOnlyList<object?> Items(object? list, string name) => list switch
    {
        PickleList items => items.Items,
        object?[] items => items,
        PickleStub => throw new FormatException($"{name} is an object of another library (a NumPy array?) and not a list"),
        _ => throw new FormatException($"{name} is no list"),
    };

    private static object? ValueOf(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new PickleMap();
                foreach (var property in json.EnumerateObject())
                {
                    map.Set(property.Name, ValueOf(property.Value));
                }

                return map;
            case JsonValueKind.Array:
                return json.EnumerateArray().Select(ValueOf).ToArray();
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                return json.TryGetInt64(out long integer) ? (object)integer : json.GetDouble();
            default:
                return null;
        }
    }

    /// <summary>The file holds lists, dictionaries, text and numbers; whatever else is in it becomes a stub.</summary>
    private sealed class NoObjects : IPickleObjects
    {
        public object? Construct(PickleGlobal callable, object?[] arguments) => new PickleStub(callable.ToString());

        public object? Persistent(object? identity) => new PickleStub("persistent object");
    }
}
