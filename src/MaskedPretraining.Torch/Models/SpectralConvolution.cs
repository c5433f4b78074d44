using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>
/// A convolution without bias whose weight, seen as a matrix <c>[out, rest]</c>, is divided by its largest singular value (spectral normalisation, Miyato et al. 2018). Each pass betters the estimate of
/// the two singular vectors by one power iteration; they are constants for the gradient and part of a run's state.
/// </summary>
internal sealed class SpectralConvolution : IDisposable
{
    private const double NormEpsilon = 1e-12;
    private readonly string _name;
    private readonly long[] _strides;
    private readonly long[] _padding;
    private readonly Tensor _weight;
    private readonly Tensor _left;
    private readonly Tensor _right;

    /// <param name="name">Of the layer, for example <c>conv1</c>.</param>
    /// <param name="stride">Down and across.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    public SpectralConvolution(string name, long stride, long padding, ParameterArena parameters)
    {
        (_name, _strides, _padding) = (name, [stride, stride], [padding, padding]);
        _weight = parameters[WeightName(name)];
        long outputs = _weight.shape[0];
        using var frozen = no_grad();
        _left = zeros(outputs, ScalarType.Float32, _weight.device).DetachFromDisposeScope();
        _right = zeros(_weight.numel() / outputs, ScalarType.Float32, _weight.device).DetachFromDisposeScope();
    }

    /// <summary>Declares the weight with PyTorch's first values of convolutions.</summary>
    /// <param name="name">Of the layer.</param>
    /// <param name="shape">Outputs, inputs, rows, columns.</param>
    public static ParameterSpec Declare(string name, params long[] shape) => new(WeightName(name), shape, Initial.Uniform(1 / Math.Sqrt(shape[1] * shape[2] * shape[3])));

    /// <summary>Draws both vectors, normal and of unit length.</summary>
    /// <param name="left">Stream of the vector over outputs.</param>
    /// <param name="right">Stream of the vector over inputs.</param>
    public void Initialize(RandomStream left, RandomStream right)
    {
        Draw(_left, left);
        Draw(_right, right);
    }

    /// <summary>Does a power iteration, then the convolution.</summary>
    /// <param name="x"><c>[B, in, R, C]</c>.</param>
    /// <param name="isFrozen">Whether the weight is a constant for the gradient.</param>
    /// <returns><c>[B, out, R', C']</c>.</returns>
    public Tensor Forward(Tensor x, bool isFrozen)
    {
        using var scope = NewDisposeScope();
        var weight = isFrozen ? _weight.detach() : _weight;
        var matrix = weight.view(weight.shape[0], -1);
        var (left, right) = Iterate(matrix.detach());
        var largest = left.dot(matrix.mv(right));
        return F.conv2d(x, weight.div(largest), strides: _strides, padding: _padding).MoveToOuterDisposeScope();
    }

    /// <summary>Both vectors, for a training state.</summary>
    public IEnumerable<StreamedTensor> Stream() => [Stream(LeftName, _left), Stream(RightName, _right)];

    /// <summary>Continues where a training state with the entries of <see cref="Stream()"/> was written.</summary>
    public void Load(Func<string, TensorData> read)
    {
        Write(_left, read(LeftName).ToSingles());
        Write(_right, read(RightName).ToSingles());
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private string LeftName => $"{_name}.0.weight_u";

    private string RightName => $"{_name}.0.weight_v";

    private static string WeightName(string name) => $"{name}.0.weight_orig";

    /// <returns>Copies of the new vectors: the state is overwritten by the next pass, which may come before this one's gradient.</returns>
    private (Tensor Left, Tensor Right) Iterate(Tensor matrix)
    {
        using var frozen = no_grad();
        var right = Unit(matrix.t().mv(_left));
        var left = Unit(matrix.mv(right));
        _right.copy_(right);
        _left.copy_(left);
        return (left, right);
    }

    private static Tensor Unit(Tensor vector) => F.normalize(vector, 2, 0, NormEpsilon);

    private static void Draw(Tensor vector, RandomStream random)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var values = new float[vector.numel()];
        Initial.Normal(1)(values, random);
        Write(vector, values);
        vector.copy_(Unit(vector));
    }

    private static void Write(Tensor vector, float[] values)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        vector.copy_(TensorMemory.From<float>(values, ScalarType.Float32, vector.device, values.Length));
    }

    private static StreamedTensor Stream(string name, Tensor vector) =>
        new(name, TensorElementType.F32, vector.shape, stream => stream.Write(TensorMemory.ToArray(vector)));
}
