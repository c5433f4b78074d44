using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Comparison;

/// <summary>Fills the cells of a comparison one after the other: kept ones from the folder, missing ones by measuring, failures noted.</summary>
internal sealed class ComparisonRun
{
    private readonly MLContext _context;
    private readonly ComparisonOptions _options;
    private readonly IChannel _channel;
    private readonly CellStore? _store;
    private readonly Dictionary<ComparedEncoder, Lazy<string>> _encoderPrints;
    private readonly Dictionary<(ComparedDataSet Data, string Columns), Lazy<string>> _dataPrints;
    private readonly List<ComparisonCell> _cells = [];
    private readonly int _count;

    /// <param name="context">Makes transformers.</param>
    /// <param name="options">Already validated.</param>
    /// <param name="channel">Gets a line a cell.</param>
    public ComparisonRun(MLContext context, ComparisonOptions options, IChannel channel)
    {
        (_context, _options, _channel) = (context, options, channel);
        _store = options.Folder is null ? null : new CellStore(options.Folder);
        // An error is kept as well: it concerns all cells of the encoder or the data.
        _encoderPrints = options.Encoders.Distinct().ToDictionary(encoder => encoder, encoder => new Lazy<string>(() => encoder.FingerprintOf(context)));
        _dataPrints = (from data in options.DataSets
                       from protocol in options.Protocols
                       let columns = protocol.ColumnsOf(data)
                       group columns by (data, string.Join(", ", columns)) into used
                       select used).ToDictionary(used => used.Key, used => new Lazy<string>(() => Fingerprint.OfData(used.Key.data, used.First(), options.CancellationToken)));
        _count = options.Encoders.Count * options.DataSets.Count * options.Protocols.Sum(protocol => SeedsOf(protocol).Length);
    }

    /// <summary>Whether the run ended early.</summary>
    public bool WasCancelled { get; private set; }

    public IReadOnlyList<ComparisonCell> Run()
    {
        try
        {
            foreach (var data in _options.DataSets)
            {
                foreach (var encoder in _options.Encoders)
                {
                    Fill(encoder, data);
                }
            }
        }
        catch (OperationCanceledException) when (_options.CancellationToken.IsCancellationRequested)
        {
            WasCancelled = true;
            _channel.Warning(MessageSensitivity.None, "The comparison was cancelled after {0} of {1} cells.", _cells.Count, _count);
        }

        return _cells;
    }

    private void Fill(ComparedEncoder encoder, ComparedDataSet data)
    {
        using var subject = new EvaluationSubject(_context, encoder, data, _options.CancellationToken);
        foreach (var protocol in _options.Protocols)
        {
            foreach (ulong? seed in SeedsOf(protocol))
            {
                _options.CancellationToken.ThrowIfCancellationRequested();
                var cell = Fill(new ComparisonCell(encoder.Name, data.Name, protocol.Name, seed), encoder, protocol, subject);
                _cells.Add(cell);
                Tell(cell, subject);
                _options.Progress?.Report(cell);
            }
        }
    }

    private ComparisonCell Fill(ComparisonCell cell, ComparedEncoder encoder, EvaluationProtocol protocol, EvaluationSubject subject)
    {
        string? key = null;
        try
        {
            key = _store is null ? null : CellStore.Key(_encoderPrints[encoder].Value, PrintOf(subject.Data, protocol), protocol.Settings, cell.Seed);
            if (key is not null && _store!.Find(key, cell) is { } kept)
            {
                return kept;
            }

            double featureSeconds = subject.FeatureSeconds;
            var watch = Stopwatch.StartNew();
            var result = protocol.Run(subject, cell.Seed ?? 0, _options.CancellationToken);
            double seconds = watch.Elapsed.TotalSeconds - (subject.FeatureSeconds - featureSeconds);
            cell = cell with { Value = result.Value, HalfWidth = result.HalfWidth, Seconds = seconds };
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // Whatever it is, the other cells may still be filled; the table says what went wrong with this one.
            return cell with { Failure = exception.Message };
        }

        // Outside of the try: a disk that is full concerns all cells.
        if (key is not null)
        {
            _store!.Keep(key, cell);
        }

        return cell;
    }

    private string PrintOf(ComparedDataSet data, EvaluationProtocol protocol) => _dataPrints[(data, string.Join(", ", protocol.ColumnsOf(data)))].Value;

    private ulong?[] SeedsOf(EvaluationProtocol protocol) => protocol.IsSeeded ? [.. _options.Seeds.Select(seed => (ulong?)seed)] : [null];

    private void Tell(ComparisonCell cell, EvaluationSubject subject)
    {
        string what = $"Cell {_cells.Count} of {_count}: {cell.Encoder} on {cell.DataSet}, {cell.Protocol}{(cell.Seed is { } seed ? $", seed {seed}" : "")}";
        if (cell.Failure is { } failure)
        {
            _channel.Warning(MessageSensitivity.None, "{0}", $"{what}: failed. {failure}");
            return;
        }

        string time = cell.WasKept ? "kept" : string.Create(CultureInfo.InvariantCulture, $"{cell.Seconds:0.0} s, features {subject.FeatureSeconds:0.0} s before");
        _channel.Info(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"{what}: {100 * cell.Value:0.0} % ({time})"));
    }
}
