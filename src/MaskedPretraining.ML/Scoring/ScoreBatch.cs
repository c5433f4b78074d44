namespace MaskedPretraining.ML.Scoring;

/// <summary>Inputs and outputs of a batch of rows, and which row is being read.</summary>
internal sealed class ScoreBatch
{
    private readonly IBatchModel _model;
    private readonly float[] _inputs;
    private readonly float[][] _outputs;

    public ScoreBatch(IBatchModel model, int capacity)
    {
        _model = model;
        _inputs = new float[checked(capacity * model.InputLength)];
        _outputs = [.. model.OutputLengths.Select(length => new float[checked(capacity * length)])];
    }

    /// <summary>The row that getters read.</summary>
    public int Current { get; set; } = -1;

    /// <summary>Where to put the input of a row.</summary>
    public Span<float> Input(int row) => _inputs.AsSpan(row * _model.InputLength, _model.InputLength);

    /// <summary>An output of the current row.</summary>
    public ReadOnlySpan<float> Output(int output) => _outputs[output].AsSpan(Current * _model.OutputLengths[output], _model.OutputLengths[output]);

    public void Score(int rows) => _model.Score(_inputs, rows, _outputs);
}
