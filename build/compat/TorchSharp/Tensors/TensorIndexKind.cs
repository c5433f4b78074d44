namespace TorchSharp;

internal enum TensorIndexKind
{
    None,
    Single,
    Slice,
    Ellipsis,
    Bool,
    Tensor,
}
