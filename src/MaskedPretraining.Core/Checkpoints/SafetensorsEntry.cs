namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Where a safetensors file keeps a tensor.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record SafetensorsEntry(TensorElementType Type, long[] Shape, long Begin, long End);
