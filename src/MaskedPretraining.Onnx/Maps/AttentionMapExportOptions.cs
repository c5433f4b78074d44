using System.Text.Json.Serialization;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>What an exported map maker shows, and under which names. Exactly one source is set.</summary>
public sealed class AttentionMapExportOptions
{
    /// <summary>Maps the attention of the last block's class token.</summary>
    /// <value>Default null.</value>
    public ClassAttentionOptions? ClassAttention { get; set; }

    /// <summary>Maps the normalised cut of the last block's keys.</summary>
    /// <value>Default null.</value>
    public TokenCutOptions? TokenCut { get; set; }

    /// <summary>Maps the evidence of a classifier over the encoder.</summary>
    /// <value>Default null.</value>
    public GradCamOptions? GradCam { get; set; }

    /// <summary>Maps the probabilities of AutoMAE's mask generator, whose provider is the encoder that is exported.</summary>
    /// <value>Default null.</value>
    [JsonIgnore]
    public MaskGeneratorWeights? MaskGenerator { get; set; }

    /// <summary>Whether the model takes exactly one image, <c>[1, C, H, W]</c>, and returns it without the first axis, as ML.NET's OnnxTransformer wants it.</summary>
    /// <value>Default false: N is free.</value>
    public bool SingleRow { get; set; }

    /// <summary>Name of the input, <c>[N, C, H, W]</c> in 0..255.</summary>
    /// <value>Default <c>pixels</c>.</value>
    public string InputName { get; set; } = "pixels";

    /// <summary>Name of the map, <c>[N, rows, columns]</c> in 0..1.</summary>
    /// <value>Default <c>map</c>.</value>
    public string MapName { get; set; } = "map";

    /// <summary>Name of the object's box, <c>[N, 4]</c>: left, top, right, bottom in shares of the map's width and height, zeros where the map is constant; null leaves it out.</summary>
    /// <value>Default null.</value>
    public string? BoxName { get; set; }

    /// <summary>Name of the cut's second eigenvalue, <c>[N, 1]</c>; null leaves it out.</summary>
    /// <value>Default null. Only with <see cref="TokenCut"/>.</value>
    public string? EigenvalueName { get; set; }

    /// <summary>Name of the flag of degenerate graphs, <c>[N, 1]</c>, 1 or 0; null leaves it out.</summary>
    /// <value>Default null. Only with <see cref="TokenCut"/>.</value>
    public string? DegenerateName { get; set; }

    /// <summary>Name of the mask generator's logarithms of probabilities, <c>[N, patches]</c>; null leaves them out.</summary>
    /// <value>Default null. Only with <see cref="MaskGenerator"/>.</value>
    public string? LogitsName { get; set; }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="architecture">The encoder's shape.</param>
    public void Validate(OptionErrors errors, VisionTransformerOptions architecture)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(architecture);
        int sources = (ClassAttention is null ? 0 : 1) + (TokenCut is null ? 0 : 1) + (GradCam is null ? 0 : 1) + (MaskGenerator is null ? 0 : 1);
        errors.Require(sources == 1, "ClassAttention, TokenCut, GradCam or MaskGenerator", $"{sources} of them", "be set, one of the four");
        ClassAttention?.Validate(errors, architecture.Heads);
        TokenCut?.Validate(errors);
        errors.Require(TokenCut is null || architecture.Grid.Count >= 3, "Architecture.Grid", architecture.Grid, "have at least three patches for a cut");
        GradCam?.Validate(errors, architecture.Width);
        MaskGenerator?.Options.Validate(errors);
        errors.Require(EigenvalueName is null || TokenCut is not null, nameof(EigenvalueName), EigenvalueName, "be null without TokenCut");
        errors.Require(DegenerateName is null || TokenCut is not null, nameof(DegenerateName), DegenerateName, "be null without TokenCut");
        errors.Require(LogitsName is null || MaskGenerator is not null, nameof(LogitsName), LogitsName, "be null without MaskGenerator");
        var names = new List<(string, string?)> { (nameof(InputName), InputName), (nameof(MapName), MapName) };
        names.AddRange(new[] { (nameof(BoxName), BoxName), (nameof(EigenvalueName), EigenvalueName), (nameof(DegenerateName), DegenerateName), (nameof(LogitsName), LogitsName) }.Where(name => name.Item2 is not null));
        GraphNames.Validate(errors, [.. names]);
    }
}
