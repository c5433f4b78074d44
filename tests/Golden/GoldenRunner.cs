namespace MaskedPretraining.Golden;

/// <summary>Runs every golden case under a folder and reports, kind by kind.</summary>
internal sealed class GoldenRunner
{
    private const int FailuresShown = 8;
    private readonly TextWriter _output;
    private readonly Dictionary<string, IGoldenKind> _kinds;

    /// <summary>A runner with every kind of this assembly.</summary>
    public GoldenRunner(TextWriter output)
        : this(output, KindsOfThisAssembly())
    {
    }

    internal GoldenRunner(TextWriter output, IEnumerable<IGoldenKind> kinds)
    {
        _output = output;
        _kinds = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
    }

    /// <summary>Runs the cases of a set.</summary>
    /// <returns>Whether there was a case and none failed.</returns>
    public bool Run(string directory)
    {
        if (!Directory.Exists(directory))
        {
            _output.WriteLine($"There is no folder {directory}; name one that holds golden cases (folders KIND-NUMBER).");
            _output.WriteLine("0 passed, 0 failed");
            return false;
        }

        int passed = 0;
        int failed = 0;
        foreach (var kind in CasesByKind(directory))
        {
            if (!_kinds.TryGetValue(kind.Key, out var implementation))
            {
                _output.WriteLine($"{kind.Key}: not covered");
                continue;
            }

            int good = kind.Count(folder => Passes(folder, implementation));
            _output.WriteLine($"{kind.Key}: {good} passed, {kind.Count() - good} failed");
            passed += good;
            failed += kind.Count() - good;
        }

        if (passed + failed == 0)
        {
            _output.WriteLine($"{directory} holds no golden case that is covered; name a folder that holds folders KIND-NUMBER.");
        }

        _output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0;
    }

    private bool Passes(string folder, IGoldenKind kind)
    {
        var failures = FailuresOf(folder, kind);
        foreach (string failure in failures.Take(FailuresShown))
        {
            _output.WriteLine($"  {Path.GetFileName(folder)}: {failure}");
        }

        if (failures.Count > FailuresShown)
        {
            _output.WriteLine($"  {Path.GetFileName(folder)}: and {failures.Count - FailuresShown} more");
        }

        return failures.Count == 0;
    }

    private static IReadOnlyList<string> FailuresOf(string folder, IGoldenKind kind)
    {
        GoldenCase? golden = null;
        try
        {
            golden = GoldenCase.Load(folder);
            string? named = golden.Description.GetProperty("kind").GetString();
            if (named != kind.Name)
            {
                golden.Fail($"case.json is of kind '{named}', but the folder's name says '{kind.Name}'");
                return golden.Failures;
            }

            kind.Run(golden);
            golden.RequireComplete();
            return golden.Failures;
        }
#pragma warning disable CA1031 // Whatever a malformed case or a broken computation throws fails that case, not the run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return [.. golden?.Failures ?? [], $"{exception.GetType().Name}: {exception.Message}"];
        }
    }

    private static IEnumerable<IGrouping<string, string>> CasesByKind(string directory) =>
        from folder in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Prepend(Path.GetFullPath(directory))
        let name = Path.GetFileName(folder)
        let dash = name.LastIndexOf('-')
        where dash > 0 && int.TryParse(name.AsSpan(dash + 1), out _) && IsCase(folder)
        orderby name[..dash], int.Parse(name.AsSpan(dash + 1))
        group folder by name[..dash];

    // A case whose case.json is missing is a failure; a folder of cases that happens to be named like one is none.
    private static bool IsCase(string folder) => File.Exists(Path.Combine(folder, "case.json")) || Directory.GetDirectories(folder).Length == 0;

    private static IEnumerable<IGoldenKind> KindsOfThisAssembly() =>
        from type in typeof(GoldenRunner).Assembly.GetTypes()
        where type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IGoldenKind))
        select (IGoldenKind)Activator.CreateInstance(type)!;
}
