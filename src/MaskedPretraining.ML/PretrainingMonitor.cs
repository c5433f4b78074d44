using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Labelled images on which features are measured while an encoder is pre-trained. They are kept apart from the images that are trained on and change nothing about the run.</summary>
public sealed class PretrainingMonitor
{
    /// <summary>Creates a monitor.</summary>
    /// <param name="bank">Labelled images that nearest neighbours and a linear probe learn from, in the column that is pre-trained on.</param>
    /// <param name="queries">Labelled images that both are asked about, with the same columns and the same keys.</param>
    public PretrainingMonitor(IDataView bank, IDataView queries)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(queries);
        (Bank, Queries) = (bank, queries);
    }

    /// <summary>Labelled images to learn from. Rows without a label are left out and reported.</summary>
    public IDataView Bank { get; }

    /// <summary>Labelled images to ask about.</summary>
    public IDataView Queries { get; }

    /// <summary>Name of the label column in both, a key of known cardinality.</summary>
    /// <value>Default <c>Label</c>.</value>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>How often, on which features, and with which classifiers.</summary>
    /// <value>Default: every 10 epochs and after the last, class token, 20 neighbours, the fast probe.</value>
    public OnlineMonitorOptions Options { get; set; } = new();

    internal PretrainingMonitor Clone() => new(Bank, Queries) { LabelColumnName = LabelColumnName, Options = Options.Clone() };
}
