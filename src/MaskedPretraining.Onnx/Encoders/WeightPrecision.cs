namespace MaskedPretraining.Onnx.Encoders;

/// <summary>How an exported encoder keeps the weights of its blocks' linear layers, nearly all of its size. Inputs, outputs and everything else are in single precision.</summary>
public enum WeightPrecision
{
    /// <summary>Single precision: what was trained.</summary>
    Full,

    /// <summary>
    /// Half precision, computed in single: half the file, the same speed once loaded. The runtime widens the weights when it opens the model. (Computing in half as well is left to runtimes that can: ONNX Runtime's CPU has no
    /// such product and took over a hundred times as long.)
    /// </summary>
    Half,

    /// <summary>
    /// 8-bit integers, one scale an output feature (symmetric), a quarter of the file. Tokens are brought to 8 bits while the model runs (<c>DynamicQuantizeLinear</c>, <c>MatMulInteger</c>), with one scale for all tokens
    /// that go through a layer at once: a row's features then depend a little on the other rows of its batch, and so on batch size and threads. Export with <see cref="EncoderExportOptions.SingleRow"/> where that must not be. Fast on processors with 8-bit dot
    /// products (AVX-512 VNNI, AVX-VNNI, Arm dot product); older x86 ones may lose accuracy by saturation.
    /// </summary>
    DynamicInt8,
}
