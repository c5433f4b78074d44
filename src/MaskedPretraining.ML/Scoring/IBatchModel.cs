namespace MaskedPretraining.ML.Scoring;

/// <summary>What turns rows of numbers into rows of numbers, many rows at once. Thread safe.</summary>
internal interface IBatchModel : IDisposable
{
    /// <summary>Numbers in an input row.</summary>
    int InputLength { get; }

    /// <summary>Numbers in a row of each output.</summary>
    IReadOnlyList<int> OutputLengths { get; }

    /// <summary>How many rows at once it scores fastest, at least 1.</summary>
    int BatchSize { get; }

    /// <summary>The same model for who asks for one row at a time and waits for it. Belongs to this model.</summary>
    IBatchModel ForSingleRows { get; }

    /// <summary>Scores rows.</summary>
    /// <param name="inputs">The rows, <c>[rows, InputLength]</c>.</param>
    /// <param name="rows">Number of rows, at least 1.</param>
    /// <param name="outputs">One buffer an output, filled with <c>[rows, OutputLengths[i]]</c>; an empty one for an output that nobody reads.</param>
    void Score(ReadOnlyMemory<float> inputs, int rows, IReadOnlyList<Memory<float>> outputs);
}
