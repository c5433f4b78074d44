using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Feature vectors with a class number each.</summary>
/// <param name="Features"><c>[n, D]</c>.</param>
/// <param name="Labels">Class numbers from 0, <c>[n]</c>.</param>
public sealed record LabeledFeatures(FeatureMatrix Features, IReadOnlyList<int> Labels)
{
    /// <summary>Both as tensors on the CPU: single precision, 64-bit integers.</summary>
    internal (Tensor Features, Tensor Labels) Upload() => (
        TensorMemory.From<float>(Features.Values, ScalarType.Float32, CPU, Features.Rows, Features.Width),
        TensorMemory.From<long>([.. Labels.Select(label => (long)label)], ScalarType.Int64, CPU, Labels.Count));
}
