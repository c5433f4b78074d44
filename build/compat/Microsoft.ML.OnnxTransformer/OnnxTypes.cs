using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Column types of tensors.</summary>
internal static class OnnxTypes
{
    public static OnnxVariable Variable(string name, NodeMetadata metadata, IDictionary<string, int[]> shapes)
    {
        if (!metadata.IsTensor)
            throw new NotSupportedException($"'{name}' is a {metadata.OnnxValueType}; tensors only are supported here");
        PrimitiveDataViewType item = Item(metadata.ElementDataType);
        int[] shape = [.. metadata.Dimensions];
        if (shapes != null && shapes.TryGetValue(name, out int[] given))
        {
            if (!Compatible(given, shape))
                throw new ArgumentOutOfRangeException("shapeDictionary", $"The specified shape {string.Join(",", given)} is not compatible with the shape {string.Join(",", shape)} loaded from the ONNX model file. Only unknown dimension can replace or be replaced by another dimension.");
            return new OnnxVariable(name, [.. given], shape.Length == 0 ? item : Array.TrueForAll(given, size => size > 0) ? new VectorDataViewType(item, given) : new VectorDataViewType(item));
        }
        return new OnnxVariable(name, shape, shape.Length == 0 ? item : Vector(item, shape));
    }

    /// <summary>An unknown first size is the batch and counts as 1; any other makes the vector's size variable.</summary>
    private static VectorDataViewType Vector(PrimitiveDataViewType item, int[] shape)
    {
        int[] dimensions = [.. shape];
        if (dimensions[0] <= 0)
            dimensions[0] = 1;
        return Array.TrueForAll(dimensions, size => size > 0) ? new VectorDataViewType(item, dimensions) : new VectorDataViewType(item);
    }

    private static bool Compatible(int[] left, int[] right)
    {
        if (left.Length != right.Length)
            return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] > 0 && right[i] > 0 && left[i] != right[i])
                return false;
        }
        return true;
    }

    private static PrimitiveDataViewType Item(TensorElementType type) => type switch
    {
        TensorElementType.Bool => BooleanDataViewType.Instance,
        TensorElementType.Int8 => NumberDataViewType.SByte,
        TensorElementType.UInt8 => NumberDataViewType.Byte,
        TensorElementType.Int16 => NumberDataViewType.Int16,
        TensorElementType.UInt16 => NumberDataViewType.UInt16,
        TensorElementType.Int32 => NumberDataViewType.Int32,
        TensorElementType.UInt32 => NumberDataViewType.UInt32,
        TensorElementType.Int64 => NumberDataViewType.Int64,
        TensorElementType.UInt64 => NumberDataViewType.UInt64,
        TensorElementType.Float => NumberDataViewType.Single,
        TensorElementType.Double => NumberDataViewType.Double,
        TensorElementType.String => TextDataViewType.Instance,
        _ => throw new InvalidOperationException($"Unsupported ONNX scalar type: {type}"),
    };
}
