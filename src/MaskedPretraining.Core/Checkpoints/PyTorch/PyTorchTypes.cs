namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>PyTorch's names of element types.</summary>
internal static class PyTorchTypes
{
    /// <summary>The type of a storage class such as <c>FloatStorage</c>; null for one that is not supported.</summary>
    public static TensorElementType? OfStorage(string name) => name switch
    {
        "FloatStorage" => TensorElementType.F32,
        "DoubleStorage" => TensorElementType.F64,
        "HalfStorage" => TensorElementType.F16,
        "BFloat16Storage" => TensorElementType.BF16,
        "LongStorage" => TensorElementType.I64,
        "IntStorage" => TensorElementType.I32,
        "ShortStorage" => TensorElementType.I16,
        "CharStorage" => TensorElementType.I8,
        "ByteStorage" => TensorElementType.U8,
        "BoolStorage" => TensorElementType.Bool,
        _ => null,
    };

    /// <summary>The type that a name such as <c>float32</c> means; null for one that is not supported.</summary>
    public static TensorElementType? OfName(string name) => name switch
    {
        "float32" or "float" => TensorElementType.F32,
        "float64" or "double" => TensorElementType.F64,
        "float16" or "half" => TensorElementType.F16,
        "bfloat16" => TensorElementType.BF16,
        "int64" or "long" => TensorElementType.I64,
        "int32" or "int" => TensorElementType.I32,
        "int16" or "short" => TensorElementType.I16,
        "int8" => TensorElementType.I8,
        "uint8" => TensorElementType.U8,
        "uint16" => TensorElementType.U16,
        "uint32" => TensorElementType.U32,
        "uint64" => TensorElementType.U64,
        "bool" => TensorElementType.Bool,
        _ => null,
    };
}
