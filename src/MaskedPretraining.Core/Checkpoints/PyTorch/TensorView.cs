namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>A tensor as PyTorch stores it: elements of a storage, found by offset and strides.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Type">Element type.</param>
/// <param name="Offset">Element of the storage that the tensor's first one is.</param>
/// <param name="Shape">Sizes; empty for a scalar.</param>
/// <param name="Strides">For each axis, elements of the storage from one index to the next.</param>
internal sealed record TensorView(StorageReference Storage, TensorElementType Type, long Offset, long[] Shape, long[] Strides)
{
    private const int MaximumAxes = 64;

    // A broadcast tensor has more elements than its storage. A few are nothing; a file that asks for gigabytes out of nothing is hostile.
    private const long LargestBroadcast = 1 << 24;

    /// <summary>Bytes of the tensor once its elements stand in a row.</summary>
    public long ByteCount => Type.SizeInBytes(Shape);

    /// <summary>Where its elements lie in what is stored under <see cref="StorageReference.Key"/>: from the first to the last one, whatever lies between them.</summary>
    public ByteRange Bytes
    {
        get
        {
            int size = Type.SizeInBytes();
            return new ByteRange(FirstByte + (Offset * size), ByteCount == 0 ? 0 : (LastIndex() + 1) * size);
        }
    }

    private long FirstByte => Storage.First * (Storage.Type?.SizeInBytes() ?? 1);

    /// <summary>Holds offset, sizes and strides against the storage.</summary>
    /// <exception cref="FormatException">They lead outside of it, or to more elements than can be; the message continues "tensor NAME ...".</exception>
    public void Check()
    {
        try
        {
            CheckAxes();
            CheckRange();
        }
        catch (OverflowException exception)
        {
            throw new FormatException("has sizes or strides that 64 bits cannot count", exception);
        }
    }

    /// <summary>Puts the elements in a row, last axis fastest.</summary>
    /// <param name="stored">What <see cref="Bytes"/> covers.</param>
    public byte[] Gather(byte[] stored)
    {
        if (IsContiguous())
        {
            return stored;
        }

        int size = Type.SizeInBytes();
        var gathered = new byte[ByteCount];
        var index = new long[Shape.Length];
        long element = 0;
        for (int position = 0; position < gathered.Length; position += size)
        {
            stored.AsSpan((int)(element * size), size).CopyTo(gathered.AsSpan(position));
            for (int axis = Shape.Length - 1; axis >= 0; axis--)
            {
                element += Strides[axis];
                if (++index[axis] < Shape[axis])
                {
                    break;
                }

                element -= Strides[axis] * Shape[axis];
                index[axis] = 0;
            }
        }

        return gathered;
    }

    private void CheckAxes()
    {
        if (Shape.Length != Strides.Length || Shape.Length > MaximumAxes)
        {
            throw new FormatException($"has {Shape.Length} sizes and {Strides.Length} strides; they must be equally many, at most {MaximumAxes}");
        }

        if (Offset < 0 || Storage.First < 0 || Storage.Count < 0 || Array.Exists(Shape, side => side < 0) || Array.Exists(Strides, stride => stride < 0))
        {
            throw new FormatException("has a negative size, stride or offset");
        }

        if (Storage.Type is { } type && type != Type)
        {
            throw new FormatException($"is of {Type}, but its storage of {type}");
        }
    }

    private void CheckRange()
    {
        int size = Type.SizeInBytes();
        long bytes = ByteCount;
        long storageBytes = checked(Storage.Count * (Storage.Type?.SizeInBytes() ?? 1));
        if (bytes > 0 && checked((Offset + LastIndex() + 1) * size) > storageBytes)
        {
            throw new FormatException($"reaches to element {Offset + LastIndex()} of a storage of {storageBytes / size}");
        }

        if (checked(FirstByte + storageBytes) > Storage.StoredBytes)
        {
            throw new FormatException($"lies in a part of storage '{Storage.Key}' that ends after it");
        }

        if (bytes > Math.Max(storageBytes, LargestBroadcast))
        {
            throw new FormatException($"has {bytes} bytes, but its storage only {storageBytes}");
        }
    }

    private long LastIndex()
    {
        long last = 0;
        for (int axis = 0; axis < Shape.Length; axis++)
        {
            last = checked(last + ((Shape[axis] - 1) * Strides[axis]));
        }

        return last;
    }

    private bool IsContiguous()
    {
        long expected = 1;
        for (int axis = Shape.Length - 1; axis >= 0; axis--)
        {
            if (Shape[axis] != 1 && Strides[axis] != expected)
            {
                return ByteCount == 0;
            }

            expected *= Shape[axis];
        }

        return true;
    }
}
