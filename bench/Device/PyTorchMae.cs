using MaskedPretraining.Bench.Processes;

namespace MaskedPretraining.Bench.Device;

/// <summary>The same network in PyTorch, <c>bench/pytorch/mae.py</c>, in processes of its own with the environment that this one was started with.</summary>
internal sealed class PyTorchMae
{
    /// <summary>As reports call it.</summary>
    public const string Name = "PyTorch, written for the purpose";

    private const string Script = "bench/pytorch/mae.py";
    private readonly string _python;
    private readonly string _script;

    private PyTorchMae(string python, string script) => (_python, _script) = (python, script);

    /// <summary>Null if there is no Python with torch, or no script; which, has been said.</summary>
    public static PyTorchMae? Find()
    {
        if (Repository.Find(Script) is not { } script)
        {
            Console.WriteLine($"No comparison with PyTorch: {Script} is in no folder above the program.");
            return null;
        }

        return Python.With("torch") is { } python ? new PyTorchMae(python, script) : null;
    }

    /// <summary>Its rate at the best of some batch sizes; null if it did not run, and why, has been said.</summary>
    /// <param name="title">Said before.</param>
    /// <param name="arguments">What is measured.</param>
    /// <param name="batches">Batch sizes, ascending.</param>
    /// <param name="others">Further arguments of the script.</param>
    public BestBatch? Run(string title, StepArguments arguments, IReadOnlyList<int> batches, params string[] others) =>
        SweptProgram.Run(title, _python, batch => [_script, .. arguments.ToCommandLine(batch), .. others], batches);
}
