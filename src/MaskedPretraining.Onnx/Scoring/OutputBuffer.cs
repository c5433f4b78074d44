using Microsoft.ML.OnnxRuntime;

namespace MaskedPretraining.Onnx.Scoring;

/// <summary>Where one output of a model is written to, without a copy in between.</summary>
public readonly struct OutputBuffer
{
    private readonly Memory<float> _singles;
    private readonly Memory<long> _integers;

    /// <summary>A buffer for a single-precision output.</summary>
    /// <param name="name">Name of the output.</param>
    /// <param name="values">Room for all rows; row r starts at r times the length of a row.</param>
    public OutputBuffer(string name, Memory<float> values) => (Name, ElementType, Length, _singles) = (name, typeof(float), values.Length, values);

    /// <summary>A buffer for a 64-bit integer output.</summary>
    /// <inheritdoc cref="OutputBuffer(string, Memory{float})"/>
    public OutputBuffer(string name, Memory<long> values) => (Name, ElementType, Length, _integers) = (name, typeof(long), values.Length, values);

    /// <summary>Name of the output.</summary>
    public string Name { get; }

    /// <summary>Type of its elements.</summary>
    public Type ElementType { get; }

    /// <summary>Elements that fit in.</summary>
    public int Length { get; }

    internal OrtValue Pin(int start, int length, long[] shape) => ElementType == typeof(float)
        ? OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _singles.Slice(start, length), shape)
        : OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _integers.Slice(start, length), shape);
}
