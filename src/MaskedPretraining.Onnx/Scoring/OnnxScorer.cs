using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using MaskedPretraining.Core.Validation;
using Microsoft.ML.OnnxRuntime;

namespace MaskedPretraining.Onnx.Scoring;

/// <summary>Runs an ONNX model with one single-precision input over many rows, in batches.</summary>
/// <remarks>Thread safe until disposed. Rows and results stay where the caller has them: the runtime reads and writes that memory.</remarks>
public sealed class OnnxScorer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly Dictionary<string, ModelTensor> _outputs;
    private readonly int _batchSize;
    private readonly int _workers;
    private bool _isDisposed;

    /// <summary>Loads a model.</summary>
    /// <param name="modelPath">Path of the .onnx file.</param>
    /// <param name="options">How it is run; null for the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options cannot be used.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a model that can be run, or has not exactly one single-precision input.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime or its GPU part is not there; the message says which package to reference.</exception>
    public OnnxScorer(string modelPath, OnnxScorerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelPath);
        options ??= new OnnxScorerOptions();
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(OnnxScorerOptions));
        ModelPath = modelPath;
        _session = SessionFactory.Open(modelPath, options);
        try
        {
            Input = OnlyInput();
            _outputs = _session.OutputNames.ToDictionary(name => name, OneOutput);
        }
        catch
        {
            Dispose();
            throw;
        }

        _batchSize = Input.FixedRows > 0 ? Input.FixedRows : options.BatchSize;
        _workers = options.ShareOperations || options.GpuDeviceId is not null ? 1 : options.Threads;
    }

    /// <summary>Path of the model.</summary>
    public string ModelPath { get; }

    /// <summary>The model's input.</summary>
    public ModelTensor Input { get; }

    /// <summary>The model's outputs, in its order.</summary>
    public IReadOnlyList<ModelTensor> Outputs => [.. _session.OutputNames.Select(name => _outputs[name])];

    /// <summary>Rows that a call should bring so that every thread has a whole batch.</summary>
    public int RowsAtOnce => (int)Math.Min((long)_workers * _batchSize, int.MaxValue);

    /// <summary>Scores rows and returns one single-precision output.</summary>
    /// <param name="rows">At least <paramref name="count"/> rows, one after the other.</param>
    /// <param name="count">Number of rows, at least 0.</param>
    /// <param name="output">Name of the output.</param>
    /// <returns>Its rows, one after the other.</returns>
    /// <inheritdoc cref="Score(ReadOnlyMemory{float}, int, IReadOnlyList{OutputBuffer})" path="/exception"/>
    public float[] Score(ReadOnlyMemory<float> rows, int count, string output)
    {
        float[] values = new float[checked(Math.Max(count, 0) * Find(output).RowLength)];
        Score(rows, count, [new OutputBuffer(output, values)]);
        return values;
    }

    /// <summary>Scores rows. Outputs that are not asked for are not copied; the runtime computes them all the same.</summary>
    /// <param name="rows">At least <paramref name="count"/> rows, one after the other.</param>
    /// <param name="count">Number of rows, at least 0.</param>
    /// <param name="outputs">Where the results go, at least one.</param>
    /// <exception cref="ArgumentException">A buffer is too small, of another type, or names no output; rows are missing.</exception>
    /// <exception cref="InvalidOperationException">The runtime failed; the message names model and shapes.</exception>
    /// <exception cref="ObjectDisposedException">The scorer is disposed.</exception>
    public void Score(ReadOnlyMemory<float> rows, int count, IReadOnlyList<OutputBuffer> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(outputs);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckSizes(rows.Length, count, outputs);
        if (count == 0)
        {
            return;
        }

        int size = SizeOfBatches(count);
        int batches = (int)(((long)count + size - 1) / size);
        string[] names = [.. outputs.Select(output => output.Name)];
        if (batches == 1 || _workers == 1)
        {
            for (int first = 0; first < count; first += size)
            {
                ScoreBatch(rows, first, Math.Min(size, count - first), outputs, names);
            }

            return;
        }

        try
        {
            Parallel.For(0, batches, new ParallelOptions { MaxDegreeOfParallelism = _workers }, batch =>
                ScoreBatch(rows, batch * size, Math.Min(size, count - (batch * size)), outputs, names));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _session.Dispose();
        _runOptions.Dispose();
    }

    // Batches of even sizes, as many for each thread: 33 rows at batch size 32 are 17 + 16 rather than 32 + 1. A fixed first axis leaves no choice.
    private int SizeOfBatches(int count)
    {
        if (Input.FixedRows > 0)
        {
            return _batchSize;
        }

        int rounds = (int)(((long)count + RowsAtOnce - 1) / RowsAtOnce);
        int batches = checked(rounds * _workers);
        return (int)(((long)count + batches - 1) / batches);
    }

    private void ScoreBatch(ReadOnlyMemory<float> rows, int first, int count, IReadOnlyList<OutputBuffer> outputs, string[] names)
    {
        var results = new List<OrtValue>(outputs.Count);
        // The runtime only reads its inputs.
        var batch = MemoryMarshal.AsMemory(rows.Slice(first * Input.RowLength, count * Input.RowLength));
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, batch, Input.ShapeFor(count));
        try
        {
            foreach (var output in outputs)
            {
                var tensor = _outputs[output.Name];
                results.Add(output.Pin(first * tensor.RowLength, count * tensor.RowLength, tensor.ShapeFor(count)));
            }

            _session.Run(_runOptions, [Input.Name], [input], names, results);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidOperationException($"'{ModelPath}' failed on {count} rows of {Input}: {exception.Message}", exception);
        }
        finally
        {
            results.ForEach(result => result.Dispose());
        }
    }

    private void CheckSizes(int available, int count, IReadOnlyList<OutputBuffer> outputs)
    {
        if ((long)count * Input.RowLength > available)
        {
            throw new ArgumentException($"{count} rows of {Input} are {(long)count * Input.RowLength} numbers, but {available} were given to '{ModelPath}'.", nameof(count));
        }

        if (Input.FixedRows > 0 && count % Input.FixedRows != 0)
        {
            throw new ArgumentException($"'{ModelPath}' takes {Input.FixedRows} rows at a time ({Input}), but {count} were given.", nameof(count));
        }

        if (outputs.Count == 0)
        {
            throw new ArgumentException($"Ask for at least one output of '{ModelPath}': {string.Join("; ", Outputs)}.", nameof(outputs));
        }

        foreach (var output in outputs)
        {
            var tensor = Find(output.Name);
            if (tensor.ElementType != output.ElementType || (long)count * tensor.RowLength > output.Length)
            {
                throw new ArgumentException(
                    $"{count} rows of output {tensor} of '{ModelPath}' need {(long)count * tensor.RowLength} elements, but the buffer has {output.Length} of type {output.ElementType.Name}.", nameof(outputs));
            }
        }
    }

    private ModelTensor Find(string output) => _outputs.TryGetValue(output, out var tensor)
        ? tensor
        : throw new ArgumentException($"'{ModelPath}' has no output '{output}'; it has {string.Join("; ", Outputs)}.", nameof(output));

    private ModelTensor OnlyInput()
    {
        ModelTensor[] inputs = [.. _session.InputMetadata.Select(input => new ModelTensor(input.Key, input.Value.ElementType, input.Value.Dimensions, input.Value.Dimensions.Length > 0))];
        return inputs is [{ HasRowAxis: true } input] && input.ElementType == typeof(float) && input.Shape.Skip(1).All(length => length > 0)
            ? input
            : throw new InvalidDataException($"'{ModelPath}' must have one single-precision input whose first axis alone may be free, but has {string.Join("; ", inputs.Select(found => found.ToString()))}.");
    }

    private ModelTensor OneOutput(string name)
    {
        var metadata = _session.OutputMetadata[name];
        int[] shape = metadata.Dimensions;
        bool hasRowAxis = shape.Length > 0 && (Input.FixedRows == 0 ? shape[0] < 0 : shape[0] == Input.FixedRows);
        var output = new ModelTensor(name, metadata.ElementType, shape, hasRowAxis);
        return (hasRowAxis || Input.FixedRows == 1) && output.RowShape.All(length => length > 0)
            ? output
            : throw new InvalidDataException($"Output {output} of '{ModelPath}' has no first axis of the length of {Input}, so that its rows cannot be told apart.");
    }
}
