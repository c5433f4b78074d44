using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Segmentation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Segmentation;

/// <summary>An encoder with a segmentation probe as columns of a data view: scored in batches by our cursor, and as a chain of in-box parts.</summary>
internal sealed class SegmentationScoring : VectorScoring
{
    /// <summary>The whole image, whatever its shape, so that masks and grids cover the same.</summary>
    public const ImageResizingEstimator.ResizingKind Resizing = ImageResizingEstimator.ResizingKind.Fill;

    private const string ScoreOutput = InBoxChain.TemporaryPrefix + "scores";
    private const string MaskOutput = InBoxChain.TemporaryPrefix + "mask";
    private const string ForegroundOutput = InBoxChain.TemporaryPrefix + "foreground";

    /// <param name="context">Makes in-box parts and says where temporary files go.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="probe">The probe on its patch tokens.</param>
    /// <param name="options">Names of the columns.</param>
    /// <param name="input">The input column, already checked.</param>
    public SegmentationScoring(MLContext context, EncoderWeights encoder, LinearProbeWeights probe, SegmentationOptions options, DataViewSchema.Column input)
        : base(
            context,
            input,
            ImageInput.Create(context, input.Name, input.Type, encoder.Architecture, Resizing),
            chain => ImageInput.AppendTo(chain, context, input.Name, input.Type, encoder.Architecture, Resizing),
            ColumnsOf(options, encoder.Architecture),
            (singleRow, path) => SegmentationExporter.Export(encoder, probe, Names(options, singleRow), path))
    {
    }

    /// <summary>The columns that an estimator announces.</summary>
    public static DataViewSchema.DetachedColumn[] Announce(SegmentationOptions options, VisionTransformerOptions architecture) =>
        [.. ColumnsOf(options, architecture).Select(column => column.Column)];

    private static SegmentationExportOptions Names(SegmentationOptions options, bool singleRow) => new()
    {
        SingleRow = singleRow,
        InputName = ImageInput.PixelColumn,
        ScoreName = ScoreOutput,
        MaskName = options.PredictedMaskColumnName is null ? null : MaskOutput,
        ForegroundName = options.ForegroundColumnName is null ? null : ForegroundOutput,
    };

    private static (string Output, DataViewSchema.DetachedColumn Column)[] ColumnsOf(SegmentationOptions options, VisionTransformerOptions architecture)
    {
        var grid = architecture.Grid;
        return
        [
            (ScoreOutput, Column(options.ScoreColumnName, options.Classes, grid.Rows, grid.Columns)),
            .. options.PredictedMaskColumnName is { } mask ? new[] { (MaskOutput, Column(mask, architecture.ImageHeight, architecture.ImageWidth)) } : [],
            .. options.ForegroundColumnName is { } foreground ? new[] { (ForegroundOutput, Column(foreground, grid.Rows, grid.Columns)) } : [],
        ];
    }

    private static DataViewSchema.DetachedColumn Column(string name, params int[] shape) => new(name, new VectorDataViewType(NumberDataViewType.Single, shape));
}
