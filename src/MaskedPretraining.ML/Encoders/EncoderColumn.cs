using MaskedPretraining.Onnx.Encoders;

namespace MaskedPretraining.ML.Encoders;

/// <summary>A column made of one of an encoder's outputs.</summary>
/// <param name="Output">Which output.</param>
/// <param name="Name">The column's name.</param>
internal readonly record struct EncoderColumn(EncoderOutputs Output, string Name);
