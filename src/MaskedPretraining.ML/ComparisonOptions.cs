using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML;

/// <summary>What is compared on what, and how.</summary>
public sealed class ComparisonOptions
{
    /// <summary>The encoders; those of one name share a row.</summary>
    /// <value>At least one.</value>
    public IList<ComparedEncoder> Encoders { get; set; } = [];

    /// <summary>The data sets.</summary>
    /// <value>At least one; names differ.</value>
    public IList<ComparedDataSet> DataSets { get; set; } = [];

    /// <summary>The protocols.</summary>
    /// <value>At least one; names differ.</value>
    public IList<EvaluationProtocol> Protocols { get; set; } = [];

    /// <summary>Protocols that depend on a seed are run once with each of these.</summary>
    /// <value>At least one, all different. Default 0, 1, 2.</value>
    public IList<ulong> Seeds { get; set; } = [0, 1, 2];

    /// <summary>The folder in which each result is kept as a small file, so that the next run does only what is missing. Made if it is not there.</summary>
    /// <value>
    /// Null (default): nothing is kept. A file is found by the contents of what it is about (weights, images, labels, settings, seed), not by names, so that one folder serves any number of comparisons.
    /// Telling images apart takes a pass over them.
    /// </value>
    public string? Folder { get; set; }

    /// <summary>Told about every cell as it is done, on this thread.</summary>
    /// <value>Null (default): nobody; lines go to <c>MLContext.Log</c> in any case.</value>
    public IProgress<ComparisonCell>? Progress { get; set; }

    /// <summary>Ends the comparison early: what is done is returned, and kept if there is a folder.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal void Validate(OptionErrors errors)
    {
        errors.Require(Encoders is { Count: >= 1 }, nameof(Encoders), Encoders?.Count, "hold at least 1 encoder");
        errors.Require(DataSets is { Count: >= 1 }, nameof(DataSets), DataSets?.Count, "hold at least 1 data set");
        errors.Require(Protocols is { Count: >= 1 }, nameof(Protocols), Protocols?.Count, "hold at least 1 protocol");
        errors.Require(Seeds is { Count: >= 1 }, nameof(Seeds), Seeds?.Count, "hold at least 1 seed");
        RequireDifferent(errors, nameof(DataSets), DataSets?.Select(data => data.Name));
        RequireDifferent(errors, nameof(Protocols), Protocols?.Select(protocol => protocol.Name));
        RequireDifferent(errors, nameof(Seeds), Seeds?.Select(seed => $"{seed}"));
    }

    private static void RequireDifferent(OptionErrors errors, string name, IEnumerable<string>? values)
    {
        string[] twice = [.. (values ?? []).CountBy(value => value).Where(pair => pair.Value > 1).Select(pair => pair.Key)];
        errors.Require(twice.Length == 0, name, $"'{string.Join("', '", twice)}' more than once", "be different from each other");
    }
}
