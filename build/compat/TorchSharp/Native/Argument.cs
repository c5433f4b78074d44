namespace TorchSharp;

/// <summary>A slot and the managed object that owns what it points to, kept alive until the operator has returned. default: the operator's own default.</summary>
internal readonly unsafe ref struct Argument
{
    public readonly Slot Slot;
    public readonly object? Owner;

    private Argument(SlotTag tag, long integer, object? owner = null, int length = 0)
    {
        Slot.Tag = tag;
        Slot.Length = length;
        Slot.Integer = integer;
        Owner = owner;
    }

    private Argument(double real)
    {
        Slot.Tag = SlotTag.Double;
        Slot.Real = real;
    }

    public static Argument None => new(SlotTag.None, 0);

    public static implicit operator Argument(torch.Tensor? tensor) => new(SlotTag.Tensor, tensor is null ? 0 : tensor.Handle, tensor);
    public static implicit operator Argument(long value) => new(SlotTag.Int, value);
    public static implicit operator Argument(double value) => new(value);
    public static implicit operator Argument(bool value) => new(SlotTag.Bool, value ? 1 : 0);
    public static implicit operator Argument(torch.ScalarType value) => new(SlotTag.Int, (long)value);
    public static implicit operator Argument(torch.ScalarType? value) => value is null ? None : new(SlotTag.Int, (long)value);
    public static implicit operator Argument(torch.Device? value) => value is null ? None : new(SlotTag.Device, value.Packed);
    public static implicit operator Argument(torch.Generator? value) => value is null ? None : new(SlotTag.Generator, value.Handle, value);

    public static implicit operator Argument(Scalar? value) => value?.Type switch
    {
        null => None,
        torch.ScalarType.Float64 => new(value.Real),
        torch.ScalarType.Bool => new(SlotTag.Bool, value.Integer),
        _ => new(SlotTag.Int, value.Integer),
    };

    public static Argument Optional(long? value) => value is null ? None : new(SlotTag.Int, value.Value);
    public static Argument Optional(double? value) => value is null ? None : new(value.Value);

    /// <summary>A list of integers; the caller keeps the memory pinned until the operator has returned.</summary>
    public static Argument Ints(long* values, int count) => new(SlotTag.IntList, (nint)values, null, count);

    /// <summary>A list of tensors by their handles; the caller keeps the memory pinned, owner keeps the tensors.</summary>
    public static Argument Tensors(nint* handles, int count, object owner, bool optional = false) =>
        new(optional ? SlotTag.OptionalTensorList : SlotTag.TensorList, (nint)handles, owner, count);

    /// <summary>UTF-8 text; the caller keeps the memory pinned.</summary>
    public static Argument Text(byte* text, int bytes) => new(SlotTag.Text, (nint)text, null, bytes);
}
