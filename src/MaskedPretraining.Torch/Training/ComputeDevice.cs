namespace MaskedPretraining.Torch.Training;

/// <summary>Where a network is trained.</summary>
public enum ComputeDevice
{
    /// <summary>The first CUDA device if libtorch sees one, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first CUDA device; an error if there is none.</summary>
    Cuda,
}
