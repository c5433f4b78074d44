using System.Runtime.InteropServices;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Feeds given gradients to an optimizer and compares the weights after every step.</summary>
internal static class OptimizerCase
{
    public static void Run(GoldenCase golden, Func<ParameterArena, (IDisposable Optimizer, Action<double> Step)> create)
    {
        const string Weights = "weights/";
        string[] names = [.. golden.Names(Weights).Select(name => name[Weights.Length..])];
        using var arena = new ParameterArena([.. names.Select(name => new ParameterSpec(name, golden.ShapeOf(Weights + name), Initial.Zeros))], ScalarType.Float32, CPU);
        arena.Load(EngineCase.Weights(golden));
        var (optimizer, step) = create(arena);
        using var owned = optimizer;
        float[] rates = golden.Single("in/learning_rates");
        var history = names.ToDictionary(name => name, _ => new List<float>());
        for (int number = 0; number < rates.Length; number++)
        {
            foreach (string name in names)
            {
                float[] all = golden.Single($"in/grad/{name}");
                int length = all.Length / rates.Length;
                MemoryMarshal.AsBytes(all.AsSpan(number * length, length)).CopyTo(arena[name].grad!.bytes);
            }

            step(rates[number]);
            foreach (string name in names)
            {
                history[name].AddRange(TensorMemory.ToSingles(arena[name]));
            }
        }

        foreach (string name in names)
        {
            golden.Expect($"out/weights/{name}", [.. history[name]], [rates.Length, .. golden.ShapeOf(Weights + name)]);
        }
    }
}
