using MaskedPretraining.ML.Data;
using MaskedPretraining.Onnx.Scoring;
using Microsoft.ML;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Chosen outputs of an ONNX model.</summary>
internal sealed class OnnxBatchModel : IBatchModel
{
    // A GPU is idle with the few rows that fit a processor's cache.
    private const int GpuBatchSize = 64;

    private readonly OnnxScorer _scorer;
    private readonly string[] _outputs;
    private readonly Lazy<OnnxBatchModel>? _forSingleRows;
    private bool _isDisposed;

    /// <param name="context">Says where temporary files and the GPU are.</param>
    /// <param name="export">Writes the model to a path. Called again when somebody first asks for single rows, so that who never does holds the weights once.</param>
    /// <param name="outputs">Names of the outputs wanted.</param>
    /// <param name="check">Compares the exported model at a path with the network it came from; null if there is no network at hand.</param>
    public OnnxBatchModel(MLContext context, Action<string> export, IReadOnlyList<string> outputs, Action<string>? check = null)
        : this(context, export, outputs, check, shareOperations: false)
    {
        // A GPU has one way of working.
        if (context.GpuDeviceId is null)
        {
            _forSingleRows = new Lazy<OnnxBatchModel>(() => new OnnxBatchModel(context, export, outputs, null, shareOperations: true));
        }
    }

    private OnnxBatchModel(MLContext context, Action<string> export, IReadOnlyList<string> outputs, Action<string>? check, bool shareOperations)
    {
        using var files = new ScratchDirectory(context);
        string path = files.File("model.onnx");
        export(path);
        check?.Invoke(path);
        // The runtime has the model in memory from here on; the file goes with its directory.
        var options = new OnnxScorerOptions { GpuDeviceId = context.GpuDeviceId, ShareOperations = shareOperations };
        options.BatchSize = context.GpuDeviceId is null ? options.BatchSize : GpuBatchSize;
        _scorer = new OnnxScorer(path, options);
        _outputs = [.. outputs];
        OutputLengths = [.. _outputs.Select(name => _scorer.Outputs.Single(output => output.Name == name).RowLength)];
    }

    public int InputLength => _scorer.Input.RowLength;

    public IReadOnlyList<int> OutputLengths { get; }

    public int BatchSize => _scorer.RowsAtOnce;

    public IBatchModel ForSingleRows
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _forSingleRows?.Value ?? this;
        }
    }

    public void Score(ReadOnlyMemory<float> inputs, int rows, IReadOnlyList<Memory<float>> outputs) =>
        _scorer.Score(inputs, rows, [.. _outputs.Select((name, index) => new OutputBuffer(name, outputs[index])).Where(output => output.Length > 0)]);

    public void Dispose()
    {
        _isDisposed = true;
        _scorer.Dispose();
        if (_forSingleRows is { IsValueCreated: true } single)
        {
            single.Value.Dispose();
        }
    }
}
