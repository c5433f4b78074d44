using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Data;
using MaskedPretraining.Torch.Training;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Training;

/// <summary>The labelled images of a monitor, read once.</summary>
internal sealed class MonitorImages : IDisposable
{
    private readonly LabeledTrainingImages _bank;
    private readonly LabeledTrainingImages _queries;

    private MonitorImages(LabeledTrainingImages bank, LabeledTrainingImages queries, OnlineMonitorOptions options) =>
        (_bank, _queries, Monitor) = (bank, queries, new OnlineMonitor(bank.Images, queries.Images, options));

    public OnlineMonitor Monitor { get; }

    /// <summary>Reads both views.</summary>
    /// <param name="monitor">The views.</param>
    /// <param name="imageName">Image column.</param>
    /// <param name="architecture">What the images are for.</param>
    /// <param name="files">Where copies go.</param>
    /// <param name="channel">Where rows that are left out are reported.</param>
    /// <param name="cancellation">Ends the copying.</param>
    public static MonitorImages Open(PretrainingMonitor monitor, string imageName, VisionTransformerOptions architecture, ScratchDirectory files, IChannel channel, CancellationToken cancellation)
    {
        var classes = ClassLabels.Of(monitor.Bank.Schema, monitor.LabelColumnName);
        classes.CheckSame(ClassLabels.Of(monitor.Queries.Schema, monitor.LabelColumnName));
        var bank = LabeledTrainingImages.Open(monitor.Bank, imageName, monitor.LabelColumnName, classes, architecture, files.File("bank.images"), channel, cancellation);
        try
        {
            var queries = LabeledTrainingImages.Open(monitor.Queries, imageName, monitor.LabelColumnName, classes, architecture, files.File("queries.images"), channel, cancellation);
            try
            {
                return new MonitorImages(bank, queries, monitor.Options);
            }
            catch
            {
                queries.Dispose();
                throw;
            }
        }
        catch
        {
            bank.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _bank.Dispose();
        _queries.Dispose();
    }
}
