namespace MaskedPretraining.ML.Scoring;

/// <summary>Slots for the inputs and outputs of rows, and which row is being read.</summary>
internal sealed class ScoreBatch
{
    private readonly IBatchModel _model;
    private readonly float[] _inputs;
    private readonly float[][] _outputs;

    /// <param name="model">Makes the outputs.</param>
    /// <param name="slots">Number of rows that have room.</param>
    /// <param name="outputs">Numbers of the outputs that are read; the others are not fetched.</param>
    public ScoreBatch(IBatchModel model, int slots, IReadOnlySet<int> outputs)
    {
        _model = model;
        _inputs = new float[checked(slots * model.InputLength)];
        _outputs = [.. model.OutputLengths.Select((length, output) => new float[outputs.Contains(output) ? checked(slots * length) : 0])];
    }

    /// <summary>The slot that getters read.</summary>
    public int Current { get; set; } = -1;

    /// <summary>Where to put the input of a row.</summary>
    public Span<float> Input(int slot) => _inputs.AsSpan(slot * _model.InputLength, _model.InputLength);

    /// <summary>An output of the current row.</summary>
    public ReadOnlySpan<float> Output(int output) => _outputs[output].AsSpan(Current * _model.OutputLengths[output], _model.OutputLengths[output]);

    /// <summary>Computes the outputs of rows in slots that follow each other.</summary>
    public void Score(int first, int rows)
    {
        var outputs = new Memory<float>[_outputs.Length];
        for (int output = 0; output < outputs.Length; output++)
        {
            int length = _model.OutputLengths[output];
            outputs[output] = _outputs[output].Length == 0 ? default : _outputs[output].AsMemory(first * length, rows * length);
        }

        _model.Score(_inputs.AsMemory(first * _model.InputLength, rows * _model.InputLength), rows, outputs);
    }
}
