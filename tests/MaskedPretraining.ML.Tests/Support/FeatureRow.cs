using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests;

/// <summary>A labelled image of which only the features are left.</summary>
internal sealed class FeatureRow
{
    public string Label { get; set; } = "";

    [VectorType(2)]
    public float[] Features { get; set; } = [];

    /// <summary>Rows that point in the directions of given angles.</summary>
    public static FeatureRow[] OfAngles(params (string Label, double Degrees)[] rows) => [.. rows.Select(row => new FeatureRow
    {
        Label = row.Label,
        Features = [(float)Math.Cos(row.Degrees * Math.PI / 180), (float)Math.Sin(row.Degrees * Math.PI / 180)],
    })];

    public static IDataView View(MLContext ml, params (string Label, double Degrees)[] rows) => ml.Data.LoadFromEnumerable(OfAngles(rows));
}
