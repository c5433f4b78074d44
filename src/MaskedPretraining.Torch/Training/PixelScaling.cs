using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Brings pixels 0..255 to what the encoder sees: <c>(x / 255 - mean) / deviation</c> a channel, as one product and one sum a patch element.</summary>
internal sealed class PixelScaling : IDisposable
{
    private readonly float[] _scale;
    private readonly float[] _shift;
    private readonly Tensor _deviceScale;
    private readonly Tensor _deviceShift;

    public PixelScaling(VisionTransformerOptions options, Device device)
    {
        (_scale, _shift) = (new float[options.PatchLength], new float[options.PatchLength]);
        for (int i = 0; i < options.PatchLength; i++)
        {
            int channel = i % options.Channels;
            double deviation = options.PixelStandardDeviation[options.PixelStandardDeviation.Length == 1 ? 0 : channel];
            _scale[i] = (float)(1 / (255 * deviation));
            _shift[i] = (float)(-options.PixelMean[options.PixelMean.Length == 1 ? 0 : channel] / deviation);
        }

        _deviceScale = TensorMemory.From<float>(_scale, ScalarType.Float32, device, options.PatchLength).DetachFromDisposeScope();
        _deviceShift = TensorMemory.From<float>(_shift, ScalarType.Float32, device, options.PatchLength).DetachFromDisposeScope();
    }

    /// <param name="patches">Pixels 0..255 of any type, <c>[k, P*P*C]</c>, element order (y, x, channel).</param>
    /// <returns>Single precision, <c>[k, P*P*C]</c>.</returns>
    public Tensor Apply(Tensor patches)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return patches.to(ScalarType.Float32).mul(_deviceScale).add_(_deviceShift).MoveToOuterDisposeScope();
    }

    /// <summary>Undoes <see cref="Apply"/> for one element and rounds to a byte.</summary>
    /// <param name="value">What the encoder sees.</param>
    /// <param name="element">Number of the element in its patch.</param>
    public byte ToByte(float value, int element) => (byte)Math.Clamp(MathF.Round((value - _shift[element]) / _scale[element]), 0, 255);

    public void Dispose()
    {
        _deviceScale.Dispose();
        _deviceShift.Dispose();
    }
}
