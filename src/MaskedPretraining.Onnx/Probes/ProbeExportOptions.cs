using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Onnx.Probes;

/// <summary>What an exported classifier over features or images returns, and under which names.</summary>
/// <remarks>
/// <para>K classes, D features or C x H x W pixels. Outputs: probabilities <c>[N, K]</c>; on request the class number from 0, <c>[N]</c> 64-bit integers, and the same as a row of zeros with a single one, <c>[N, K]</c>.</para>
/// <para>ML.NET's OnnxTransformer runs one row at a time and knows no scalar outputs: a free first axis becomes 1, so that probabilities arrive as a vector of 1 x K, and an output of rank 0 cannot be read at all.
/// With <see cref="SingleRow"/> they arrive as a vector of K like any in-box classifier's; the one-hot row is what an in-box classifier turns into a scalar key.</para>
/// </remarks>
public sealed class ProbeExportOptions
{
    /// <summary>Name of the input: features <c>[N, D]</c>, or pixels <c>[N, C, H, W]</c> in 0..255.</summary>
    /// <value>Null (default): <c>Features</c> of a classifier over features, <c>pixels</c> of an image classifier.</value>
    public string? InputName { get; set; }

    /// <summary>Name of the probabilities.</summary>
    /// <value>Default <c>Score</c>.</value>
    public string ScoreName { get; set; } = "Score";

    /// <summary>Name of the class number's output; null leaves it out.</summary>
    /// <value>Default <c>class</c>.</value>
    public string? ClassName { get; set; } = "class";

    /// <summary>Name of the one-hot output; null leaves it out.</summary>
    /// <value>Default null.</value>
    public string? OneHotName { get; set; }

    /// <summary>Names of the classes, which ML.NET shows as slot names of the probabilities; null for none.</summary>
    /// <value>One name a class, all different. Default null.</value>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>Whether the model takes exactly one row, <c>[1, D]</c> or <c>[1, C, H, W]</c>, and returns it without the first axis: <c>[K]</c>, <c>[1]</c>, <c>[K]</c>.</summary>
    /// <value>Default false: N is free, for scoring in batches.</value>
    public bool SingleRow { get; set; }

    internal ProbeExportOptions WithClassNames(IReadOnlyList<string>? names)
    {
        var copy = (ProbeExportOptions)MemberwiseClone();
        copy.ClassNames ??= names;
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="classes">Number of classes K.</param>
    public void Validate(OptionErrors errors, int classes)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var names = new List<(string, string?)> { (nameof(ScoreName), ScoreName) };
        if (InputName is not null)
        {
            names.Add((nameof(InputName), InputName));
        }

        if (ClassName is not null)
        {
            names.Add((nameof(ClassName), ClassName));
        }

        if (OneHotName is not null)
        {
            names.Add((nameof(OneHotName), OneHotName));
        }

        GraphNames.Validate(errors, [.. names]);
        errors.Require(
            ClassNames is null || (ClassNames.Count == classes && ClassNames.Distinct(StringComparer.Ordinal).Count() == classes),
            nameof(ClassNames),
            ClassNames is null ? null : $"[{string.Join(", ", ClassNames)}]",
            $"be null or {classes} different names");
    }
}
