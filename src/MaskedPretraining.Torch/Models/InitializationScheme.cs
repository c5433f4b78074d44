using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Models;

/// <summary>Declarations of the layers that models are made of, with first values after one of the published schemes.</summary>
/// <param name="scheme">Whose first values.</param>
internal sealed class InitializationScheme(WeightInitialization scheme)
{
    private const double Deviation = 0.02;

    /// <summary>MAE's.</summary>
    public static InitializationScheme Mae { get; } = new(WeightInitialization.Mae);

    /// <summary>Class token, mask token, table of positions.</summary>
    public Initializer Token => scheme == WeightInitialization.SimMim ? Initial.TruncatedNormal(Deviation, Deviation) : Initial.Normal(Deviation);

    /// <summary>A linear layer <c>[outputs, inputs]</c> with zero biases.</summary>
    public ParameterSpec[] Linear(string name, int inputs, int outputs) => Linear(name, inputs, outputs, Matrix(inputs, outputs));

    /// <summary>A linear layer that ends a branch of a block.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="block">The block's number, from 1.</param>
    public ParameterSpec[] BranchEnd(string name, int inputs, int outputs, int block) => Linear(
        name, inputs, outputs, scheme == WeightInitialization.SimMim ? Initial.Scaled(Matrix(inputs, outputs), 1 / Math.Sqrt(2 * block)) : Matrix(inputs, outputs));

    /// <summary>The patch embedding, stored as the convolution <c>[D, C, P, P]</c> and initialised as the matrix that it is.</summary>
    public ParameterSpec[] PatchEmbedding(string name, VisionTransformerOptions options) =>
    [
        new($"{name}.weight", [options.Width, options.Channels, options.PatchSize, options.PatchSize], Matrix(options.PatchLength, options.Width)),
        new($"{name}.bias", [options.Width], scheme == WeightInitialization.Mae ? Initial.Uniform(1 / Math.Sqrt(options.PatchLength)) : Initial.Zeros),
    ];

    /// <summary>The linear decoder <c>[F, D]</c>.</summary>
    public ParameterSpec[] Head(string name, int inputs, int outputs)
    {
        if (scheme != WeightInitialization.SimMim)
        {
            return Linear(name, inputs, outputs);
        }

        var uniform = Initial.Uniform(1 / Math.Sqrt(inputs));
        return [new($"{name}.weight", [outputs, inputs], uniform), new($"{name}.bias", [outputs], uniform)];
    }

    /// <summary>A layer normalisation: scale 1, shift 0.</summary>
    public static ParameterSpec[] Norm(string name, int width) =>
    [
        new($"{name}.weight", [width], Initial.Ones),
        new($"{name}.bias", [width], Initial.Zeros),
    ];

    private Initializer Matrix(int inputs, int outputs) => scheme switch
    {
        WeightInitialization.SimMim => Initial.TruncatedNormal(Deviation, Deviation),
        WeightInitialization.MaskFeat => Initial.Normal(Deviation),
        _ => Initial.XavierUniform(inputs, outputs),
    };

    private static ParameterSpec[] Linear(string name, int inputs, int outputs, Initializer weight) =>
    [
        new($"{name}.weight", [outputs, inputs], weight),
        new($"{name}.bias", [outputs], Initial.Zeros),
    ];
}
