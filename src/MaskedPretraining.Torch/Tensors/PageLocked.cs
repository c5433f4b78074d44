using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tensors;

/// <summary>Memory of the host that a CUDA device reads and writes by itself.</summary>
internal static class PageLocked
{
    /// <summary>A tensor of the CPU that outlives every scope; in ordinary memory if <paramref name="device"/> is the CPU itself.</summary>
    /// <param name="count">Elements.</param>
    /// <param name="type">Their type.</param>
    /// <param name="device">The device that exchanges values with it.</param>
    public static Tensor Empty(long count, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var ordinary = empty(new[] { count }, type);
        return (device.type == DeviceType.CUDA ? ordinary.pin_memory() : ordinary).DetachFromDisposeScope();
    }
}
