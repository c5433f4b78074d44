using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Models;

/// <summary>Declarations of the layers that models are made of, with MAE's initial values.</summary>
internal static class Layers
{
    /// <summary>A linear layer <c>[outputs, inputs]</c>: Xavier-uniform weights, zero biases.</summary>
    public static ParameterSpec[] Linear(string name, int inputs, int outputs) =>
    [
        new($"{name}.weight", [outputs, inputs], Initial.XavierUniform(inputs, outputs)),
        new($"{name}.bias", [outputs], Initial.Zeros),
    ];

    /// <summary>A layer normalisation: scale 1, shift 0.</summary>
    public static ParameterSpec[] Norm(string name, int width) =>
    [
        new($"{name}.weight", [width], Initial.Ones),
        new($"{name}.bias", [width], Initial.Zeros),
    ];
}
