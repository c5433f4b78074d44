using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>The same network in PyTorch, in a process of its own with the environment that this one was started with.</summary>
internal sealed class PyTorchBaseline
{
    /// <summary>As reports call it.</summary>
    public const string Name = "PyTorch, written for the purpose, CPU, fp32";

    private const string Result = "images/s:";
    private readonly string _python;
    private readonly string _script;

    private PyTorchBaseline(string python, string script) => (_python, _script) = (python, script);

    /// <summary>The first python3 that has torch; null if none has, or the script is not there.</summary>
    public static PyTorchBaseline? Find()
    {
        string script = Path.GetFullPath(Path.Combine(ResultsFolder.Find(), "..", "pytorch", "mae.py"));
        return File.Exists(script) && Array.Find(["python3", "/usr/bin/python3"], python => Output(python, "-c", "import torch") is not null) is { } found
            ? new PyTorchBaseline(found, script)
            : null;
    }

    /// <summary>Its rate in single precision with as many threads as the library uses; null if it failed.</summary>
    public double? ImagesPerSecond(BenchShape shape, int steps)
    {
        string? printed = Output(
            _python, _script, "--device", "cpu", "--precision", "fp32", "--threads", Text(TorchRuntime.Threads), "--steps", Text(steps), "--warmup", "2", "--batch", Text(shape.Batch),
            "--image-size", Text(shape.Side), "--patch-size", Text(shape.Patch), "--width", Text(shape.Width), "--depth", Text(shape.Depth), "--heads", Text(shape.Heads),
            "--decoder-width", Text(shape.DecoderWidth), "--decoder-depth", Text(shape.DecoderDepth), "--decoder-heads", Text(shape.DecoderHeads), "--mask-ratio", Text(shape.MaskRatio));
        string? line = printed?.Split('\n').LastOrDefault(line => line.StartsWith(Result, StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[Result.Length..], CultureInfo.InvariantCulture);
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string? Output(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            errors.Wait();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
