namespace TorchSharp;

internal enum SlotTag
{
    /// <summary>The operator's own default; also what an argument that was not given is.</summary>
    Default,
    Tensor,
    Int,
    Double,
    Bool,
    IntList,
    DoubleList,
    TensorList,
    OptionalTensorList,
    Text,
    Device,
    Generator,
    None,
}
