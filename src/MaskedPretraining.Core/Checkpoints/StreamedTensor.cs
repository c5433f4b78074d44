namespace MaskedPretraining.Core.Checkpoints;

/// <summary>A tensor whose bytes are made while its file is written, so that it never lies in memory twice.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="WriteTo">Writes exactly the tensor's bytes, row-major and little-endian, to a stream.</param>
public sealed record StreamedTensor(string Name, TensorElementType Type, IReadOnlyList<long> Shape, Action<Stream> WriteTo);
