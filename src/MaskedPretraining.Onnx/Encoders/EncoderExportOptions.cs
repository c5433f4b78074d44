using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>What an exported encoder returns, and under which names.</summary>
/// <remarks>ML.NET's OnnxTransformer takes the names of inputs and outputs as column names: set them to the columns wanted. It cuts <c>.output</c> off the end of a name, so that ending is refused.</remarks>
public sealed class EncoderExportOptions
{
    /// <summary>Outputs of the graph.</summary>
    /// <value>At least one. Default <see cref="EncoderOutputs.Cls"/>.</value>
    public EncoderOutputs Outputs { get; set; } = EncoderOutputs.Cls;

    /// <summary>How attention heads become one map; of no consequence without <see cref="EncoderOutputs.Attention"/>.</summary>
    /// <value>Default <see cref="HeadNormalization.PerHeadThenMean"/>.</value>
    public HeadNormalization HeadNormalization { get; set; } = HeadNormalization.PerHeadThenMean;

    /// <summary>Whether the model takes exactly one image, <c>[1, C, H, W]</c>, and returns it without the first axis: <c>[D]</c>, <c>[patches, D]</c>, <c>[rows, columns]</c>.</summary>
    /// <value>Default false: N is free, for scoring in batches. True suits ML.NET's OnnxTransformer, which runs row by row and would turn <c>[N, D]</c> into a vector of 1 x D.</value>
    public bool SingleRow { get; set; }

    /// <summary>How the weights of the blocks' linear layers are kept.</summary>
    /// <value>Default <see cref="WeightPrecision.Full"/>.</value>
    public WeightPrecision Weights { get; set; } = WeightPrecision.Full;

    /// <summary>Name of the input, <c>[N, C, H, W]</c> in 0..255.</summary>
    /// <value>Default <c>pixels</c>.</value>
    public string InputName { get; set; } = "pixels";

    /// <summary>Name of the class token's output.</summary>
    /// <value>Default <c>cls</c>.</value>
    public string ClsName { get; set; } = "cls";

    /// <summary>Name of the mean token's output.</summary>
    /// <value>Default <c>mean</c>.</value>
    public string MeanName { get; set; } = "mean";

    /// <summary>Name of the patch tokens' output.</summary>
    /// <value>Default <c>patches</c>.</value>
    public string PatchesName { get; set; } = "patches";

    /// <summary>Name of the attention map's output.</summary>
    /// <value>Default <c>attention</c>.</value>
    public string AttentionName { get; set; } = "attention";

    /// <summary>Start of the names of the pyramid's outputs; <c>_0</c> (finest) to <c>_3</c> (coarsest) follow.</summary>
    /// <value>Default <c>pyramid</c>.</value>
    public string PyramidName { get; set; } = "pyramid";

    /// <summary>Name of the output with both class and mean token.</summary>
    /// <value>Default <c>cls_mean</c>.</value>
    public string ClsAndMeanName { get; set; } = "cls_mean";

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        const EncoderOutputs All = EncoderOutputs.Cls | EncoderOutputs.Mean | EncoderOutputs.Patches | EncoderOutputs.Attention | EncoderOutputs.Pyramid | EncoderOutputs.ClsAndMean;
        errors.Require(Outputs != EncoderOutputs.None && (Outputs & ~All) == 0, nameof(Outputs), Outputs, $"be one or several of {All}");
        errors.Require(Enum.IsDefined(HeadNormalization), nameof(HeadNormalization), HeadNormalization, "be PerHeadThenMean or MeanThenMinMax");
        errors.Require(Enum.IsDefined(Weights), nameof(Weights), Weights, "be Full, Half or DynamicInt8");
        GraphNames.Validate(
            errors,
            [
                (nameof(InputName), InputName), (nameof(ClsName), ClsName), (nameof(MeanName), MeanName), (nameof(PatchesName), PatchesName), (nameof(AttentionName), AttentionName), (nameof(ClsAndMeanName), ClsAndMeanName),
                .. FeaturePyramid.Names(PyramidName).Select(name => (nameof(PyramidName), (string?)name)),
            ]);
    }
}
