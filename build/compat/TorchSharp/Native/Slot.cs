using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>One argument or one result of an operator, laid out as in torch_shim.cpp.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct Slot
{
    [FieldOffset(0)] public SlotTag Tag;
    [FieldOffset(4)] public int Length;
    [FieldOffset(8)] public long Integer;
    [FieldOffset(8)] public double Real;
    [FieldOffset(8)] public nint Pointer;
}
