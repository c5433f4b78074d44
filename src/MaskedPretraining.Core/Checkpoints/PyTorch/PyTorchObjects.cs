using MaskedPretraining.Core.Checkpoints.Pickling;

namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>The objects of a state dictionary: ordered dictionaries, tensors, storages. Everything else becomes a stub, whatever its class.</summary>
internal sealed class PyTorchObjects : IPickleObjects
{
    private const string TypedTensor = "torch._tensor._rebuild_from_type_v2";

    public object? Construct(PickleGlobal callable, object?[] arguments)
    {
        string name = callable.ToString();
        while (name == TypedTensor)
        {
            // (function, class, its arguments, attributes): a tensor of a class of its own.
            (name, arguments) = arguments is [PickleGlobal inner, _, object?[] innerArguments, ..]
                ? (inner.ToString(), innerArguments)
                : throw new FormatException($"{TypedTensor} has other arguments than a function and its arguments");
        }

        return name switch
        {
            "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" => Tensor(name, arguments, null),
            "torch._utils._rebuild_tensor_v3" => arguments is [_, _, _, _, _, _, PickleGlobal type, ..] ? Tensor(name, arguments, type) : throw Wrong(name),
            "torch._utils._rebuild_parameter" or "torch._utils._rebuild_parameter_with_state" => arguments is [TensorView data, ..] ? data : throw Wrong(name),
            "torch.Size" => arguments is [object?[] sizes] ? sizes : throw Wrong(name),
            "collections.OrderedDict" => Map(arguments),
            "collections.defaultdict" or "builtins.dict" or "__builtin__.dict" => new PickleMap(),
            _ => new PickleStub(name),
        };
    }

    public object? Persistent(object? identity)
    {
        if (identity is not object?[] { Length: 5 or 6 } parts || parts[0] is not "storage" || parts[1] is not PickleGlobal kind || parts[4] is not long count)
        {
            throw new FormatException("a reference is to something else than a storage");
        }

        // Most keys are text; the first streams had numbers.
        string key = parts[2] switch { string text => text, long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture), _ => throw new FormatException("a storage has no name") };
        TensorElementType? type = kind.Name == "UntypedStorage"
            ? null
            : PyTorchTypes.OfStorage(kind.Name) ?? throw new FormatException($"storage '{key}' is of {kind}, which is not supported; convert it to floating-point or integer numbers");
        return parts is [.., object?[] { Length: 3 } view]
            ? view is [_, long first, long viewCount] ? new StorageReference(key, type, count, first, viewCount) : throw new FormatException($"the part of storage '{key}' has no size")
            : new StorageReference(key, type, count, 0, count);
    }

    private static TensorView Tensor(string name, object?[] arguments, PickleGlobal? typeName)
    {
        if (arguments is not [StorageReference storage, long offset, object?[] shape, object?[] strides, ..])
        {
            throw Wrong(name);
        }

        var type = typeName is null ? storage.Type ?? TensorElementType.U8 : PyTorchTypes.OfName(typeName.Name) ?? throw new FormatException($"a tensor is of {typeName}, which is not supported");
        return new TensorView(storage, type, offset, Integers(shape), Integers(strides));
    }

    private static long[] Integers(object?[] values) => Array.ConvertAll(values, value => value is long integer ? integer : throw new FormatException("a size or stride is no 64-bit integer"));

    // Python 2 hands the entries to the constructor, as a list of pairs.
    private static PickleMap Map(object?[] arguments)
    {
        var map = new PickleMap();
        foreach (object? pair in (arguments is [PickleList pairs] ? pairs.Items : []))
        {
            var (key, value) = pair switch
            {
                PickleList { Items: [var first, var second] } => (first, second),
                object?[] and [var first, var second] => (first, second),
                _ => throw new FormatException("an ordered dictionary is made of something else than pairs"),
            };
            map.Set(key, value);
        }

        return map;
    }

    private static FormatException Wrong(string name) => new($"a tensor is made by {name} out of something else than a stored storage, offset, sizes and strides");
}
