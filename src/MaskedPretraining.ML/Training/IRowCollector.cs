using MaskedPretraining.Core.Imaging;
using Microsoft.ML;

namespace MaskedPretraining.ML.Training;

/// <summary>Takes what goes with each image that is read from a view: maps, or its class.</summary>
internal interface IRowCollector
{
    /// <summary>The columns to read; with any, images of the library's own views are copied like all others, image and values of a row together.</summary>
    IEnumerable<DataViewSchema.Column> Columns { get; }

    /// <summary>Starts to read the rows of a cursor.</summary>
    void Start(DataViewRow row);

    /// <summary>Why the current row is left out; null if it is not.</summary>
    string? Problem() => null;

    /// <summary>Takes the values of the current row, whose image is used.</summary>
    void Add(RowNames names, RgbImage image);
}
