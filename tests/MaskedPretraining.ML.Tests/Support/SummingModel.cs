using MaskedPretraining.ML.Scoring;

namespace MaskedPretraining.ML.Tests;

/// <summary>A model that adds up its input, and notes how many rows it was given at a time.</summary>
internal sealed class SummingModel(int inputLength) : IBatchModel
{
    public List<int> BatchSizes { get; } = [];

    /// <summary>Called at the start of every run.</summary>
    public Action? OnScore { get; init; }

    public int InputLength => inputLength;

    public IReadOnlyList<int> OutputLengths => [1];

    public int BatchSize => 4;

    /// <summary>What is used for single rows; null for this model itself.</summary>
    public SummingModel? Single { get; init; }

    public IBatchModel ForSingleRows => Single ?? this;

    public void Score(ReadOnlyMemory<float> inputs, int rows, IReadOnlyList<Memory<float>> outputs)
    {
        OnScore?.Invoke();
        BatchSizes.Add(rows);
        for (int row = 0; row < rows; row++)
        {
            outputs[0].Span[row] = inputs.Slice(row * inputLength, inputLength).ToArray().Sum();
        }
    }

    public void Dispose()
    {
    }
}
