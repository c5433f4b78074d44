using System.Text.Json;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Maps;

namespace MaskedPretraining.ML.Maps;

/// <summary>Maps of an encoder: class attention, TokenCut, Grad-CAM or a mask generator over its attention.</summary>
internal sealed class EncoderMapSource(EncoderWeights encoder, AttentionMapExportOptions making) : ImageMapSource
{
    public override PatchGrid Grid => encoder.Architecture.Grid;

    public override bool IsCut => making.TokenCut is not null;

    protected override VisionTransformerOptions Frame => encoder.Architecture;

    public override void Validate(OptionErrors errors)
    {
        encoder.Architecture.Validate(errors);
        making.Validate(errors, encoder.Architecture);
    }

    public override void Export(AttentionMapExportOptions names, string path)
    {
        (names.ClassAttention, names.TokenCut, names.GradCam, names.MaskGenerator) = (making.ClassAttention, making.TokenCut, making.GradCam, making.MaskGenerator);
        AttentionMapExporter.Export(encoder, names, path);
    }

    public override string Describe() => $"{JsonSerializer.Serialize(making)} {MapMaker.Describe(encoder)}{(making.MaskGenerator is { } generator ? $" {MapMaker.Describe(generator)}" : "")}";
}
