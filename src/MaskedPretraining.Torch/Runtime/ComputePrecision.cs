using System.Diagnostics.CodeAnalysis;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>The number format of matrix products and activations. Weights, moments and losses are single precision whatever is chosen.</summary>
public enum ComputePrecision
{
    /// <summary>
    /// BFloat16 where a short trial on the device shows that it is sound and clearly faster, else Float32. The trial takes times: where two runs have to agree bit for bit whatever else the machine
    /// does, choose one of the others. A run that is continued keeps what it began with.
    /// </summary>
    Auto,

    /// <summary>Single precision throughout.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It names a number format.")]
    Float32,

    /// <summary>bfloat16 products and activations over single-precision weights: half the memory; 2 to 3 times as fast on a CPU with AVX512_BF16 or AMX and on recent GPUs, slower elsewhere.</summary>
    BFloat16,
}
