namespace MaskedPretraining.Core.Checkpoints;

/// <summary>An open file, or several, from which tensors are read by name.</summary>
internal interface ITensorStore : IDisposable
{
    IReadOnlyList<string> Names { get; }

    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Bytes of the file, or of all of them.</summary>
    long Length { get; }

    bool Contains(string name);

    TensorElementType TypeOf(string name);

    IReadOnlyList<long> ShapeOf(string name);

    TensorData Read(string name);
}
