using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Maps;

/// <summary>The maps that go with the training images: for masking, for the loss, for telling how masks lie on objects, from the same column or from several.</summary>
internal sealed class TrainingMaps : IRowCollector, IDisposable
{
    private readonly CollectedMaps? _masking;
    private readonly CollectedMaps? _guidance;
    private readonly CollectedMaps? _objects;

    /// <param name="schema">The training data's columns.</param>
    /// <param name="options">Names the map columns.</param>
    /// <param name="scratchFolder">Where maps go that are not kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">A map column is missing or of another type than the encoder needs.</exception>
    public TrainingMaps(DataViewSchema schema, GuidedMaeOptions options, string scratchFolder)
    {
        var masking = Find(options.Masking.MapColumnName);
        var guidance = Find(options.Guidance?.MapColumnName);
        var objects = options.ObjectColumnName is { } objectName ? MapColumn.FindObjects(schema, objectName, options.Architecture) : null;
        string? folder = options.MapCacheFolder ?? options.RunFolder;
        // Patch weights are drawn from and cannot be negative; those of the loss are exponentials.
        _masking = masking is null ? null : new CollectedMaps(masking, 0, scratchFolder, folder);
        bool isShared = guidance is not null && guidance.Column.Index == masking?.Column.Index;
        _guidance = isShared ? _masking : guidance is null ? null : new CollectedMaps(guidance, float.MinValue, scratchFolder, folder);
        // What an object covers lies in 0..1, whatever the other maps hold: read on its own.
        _objects = objects is null ? null : new CollectedMaps(objects, 0, scratchFolder, null, prefix: "objects_");

        MapColumn? Find(string? name) => name is null ? null : MapColumn.Find(schema, name, options.Architecture);
    }

    /// <summary>The map columns.</summary>
    public IEnumerable<DataViewSchema.Column> Columns => Collected.Select(maps => maps.Column.Column);

    private IEnumerable<CollectedMaps> Collected => new[] { _masking, _guidance, _objects }.OfType<CollectedMaps>().Distinct();

    /// <summary>Starts to read the rows of a cursor.</summary>
    public void Start(DataViewRow row)
    {
        foreach (var maps in Collected)
        {
            maps.Start(row);
        }
    }

    /// <summary>Takes the maps of the current row, whose image is trained on.</summary>
    public void Add(RowNames names, RgbImage image)
    {
        foreach (var maps in Collected)
        {
            maps.Add(names, image);
        }
    }

    /// <summary>The maps in the order of the images. Valid until disposal.</summary>
    public SampleMaps Finish() => new(_masking?.Finish(), _guidance?.Finish(), _objects?.Finish());

    /// <summary>Says where maps lie on another grid than the encoder's patches.</summary>
    public void Report(IChannel channel, PatchGrid patches)
    {
        foreach (var maps in Collected.Where(maps => maps != _objects && maps.Column.Grid != patches))
        {
            channel.Info(
                MessageSensitivity.Schema, "The maps of column '{0}' have {1} cells and the encoder {2} patches; each crop resamples them.", maps.Column.Column.Name, maps.Column.Grid, patches);
        }
    }

    public void Dispose()
    {
        foreach (var maps in Collected)
        {
            maps.Dispose();
        }
    }
}
