namespace MaskedPretraining.Core.Checkpoints.Pickling;

/// <summary>The name of a Python class or function. It is only ever a name: nothing is looked up or called.</summary>
/// <param name="Module">For example <c>torch._utils</c>.</param>
/// <param name="Name">For example <c>_rebuild_tensor_v2</c>.</param>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}
