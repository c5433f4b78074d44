namespace TorchSharp;

/// <summary>An operator of libtorch by its schema name, looked up at the first call.</summary>
internal sealed class Operator(string name, string overload = "")
{
    private nint _handle;

    public nint Handle => _handle != 0 ? _handle : _handle = Shim.Find("aten::" + name, overload);
}
