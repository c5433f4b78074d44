using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Column values as tensors and back.</summary>
internal static class OnnxTensors
{
    /// <summary>Makes a tensor of the column's value in the current row.</summary>
    public static Func<OrtValue> Reader(DataViewRow row, DataViewSchema.Column source, int[] shape)
        => (Func<OrtValue>)Generics.Call(typeof(OnnxTensors), source.Type is VectorDataViewType ? nameof(VectorReader) : nameof(ScalarReader),
            [source.Type.ItemType().RawType], row, source, shape);

    /// <summary>The getter of an output column.</summary>
    public static Delegate Getter(OnnxRun run, int output, DataViewType type)
    {
        // The package has a column for an output of rank 0 and no way to read it.
        if (type is not VectorDataViewType vector)
            return (Delegate)Generics.Call(typeof(OnnxTensors), nameof(ScalarGetter), [type.RawType]);
        if (vector.ItemType is TextDataViewType)
        {
            return (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> destination) =>
            {
                string[] texts = run.Output(output).GetStringTensorAsArray();
                VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref destination, texts.Length);
                for (int i = 0; i < texts.Length; i++)
                    editor.Values[i] = texts[i].AsMemory();
                destination = editor.Commit();
            });
        }
        return (Delegate)Generics.Call(typeof(OnnxTensors), nameof(VectorGetter), [vector.ItemType.RawType], run, output);
    }

    private static ValueGetter<VBuffer<T>> VectorGetter<T>(OnnxRun run, int output)
        where T : unmanaged
        => (ref VBuffer<T> destination) =>
        {
            ReadOnlySpan<T> values = run.Output(output).GetTensorDataAsSpan<T>();
            VBufferEditor<T> editor = VBufferEditor.Create(ref destination, values.Length);
            values.CopyTo(editor.Values);
            destination = editor.Commit();
        };

    private static ValueGetter<T> ScalarGetter<T>() => (ref T _) => throw new ArgumentNullException("source", "An ONNX output of rank 0 cannot be read as a column; give it a dimension");

    private static Func<OrtValue> ScalarReader<T>(DataViewRow row, DataViewSchema.Column source, int[] shape)
    {
        ValueGetter<T> read = row.GetGetter<T>(source);
        T value = default;
        return () =>
        {
            read(ref value);
            return Tensor([value], [1, 1]);
        };
    }

    private static Func<OrtValue> VectorReader<T>(DataViewRow row, DataViewSchema.Column source, int[] shape)
    {
        ValueGetter<VBuffer<T>> read = row.GetGetter<VBuffer<T>>(source);
        bool knownSize = ((VectorDataViewType)source.Type).IsKnownSize;
        int unknown = Array.IndexOf(shape, 0), known = shape.Where(size => size > 0).Aggregate(1, (product, next) => product * next);
        VBuffer<T> value = default;
        return () =>
        {
            read(ref value);
            var data = new T[value.Length];
            value.CopyTo(data);
            long[] sizes = [.. shape];
            // Only a vector of variable size settles the unknown dimension.
            if (!knownSize && unknown >= 0)
                sizes[unknown] = data.Length / known;
            return Tensor(data, sizes);
        };
    }

    private static OrtValue Tensor<T>(T[] data, long[] shape)
    {
        long size = shape.Aggregate(1L, (product, next) => product * next);
        if (size != data.Length)
            throw new ArgumentException($"Length of memory ({data.Length}) must match product of dimensions ({size}).");
        if (data is ReadOnlyMemory<char>[] texts)
        {
            OrtValue tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
            for (int i = 0; i < texts.Length; i++)
                tensor.StringTensorSetElementAt(texts[i].Span, i);
            return tensor;
        }
        return (OrtValue)Generics.Call(typeof(OnnxTensors), nameof(NumberTensor), [typeof(T)], data, shape);
    }

    private static OrtValue NumberTensor<T>(T[] data, long[] shape)
        where T : unmanaged
        => OrtValue.CreateTensorValueFromMemory(data, shape);
}
