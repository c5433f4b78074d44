using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests;

/// <summary>Counts tensors for tests that look for leaks.</summary>
internal static class LiveTensors
{
    /// <summary>Tensors that live when what other tests dropped without disposing it is gone: the collector would take it at any later moment, in the middle of a count.</summary>
    public static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
