using System.Runtime.InteropServices;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Runtime;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Where to compute: what the options ask for, held against what libtorch finds here.</summary>
/// <param name="Device">The CPU or the first CUDA device.</param>
/// <param name="Warning">What to tell the user if the CPU takes the place of a GPU that was asked for; null if it does not.</param>
internal sealed record DeviceChoice(Device Device, string? Warning = null)
{
    private const string Advice = "a program gets CUDA by referencing TorchSharp-cuda-linux or TorchSharp-cuda-windows in the place of TorchSharp-cpu, on a machine with NVIDIA's driver";

    // What libtorch and CUDA say where the build has CUDA and the machine no device for it.
    private static readonly string[] WordsOfAbsentDevices = ["driver", "GPU", "CUDA-capable", "CUDA error"];

    /// <summary>Chooses. Starts the runtime.</summary>
    /// <param name="wanted">What the options ask for.</param>
    /// <param name="fallbackToCpu">Whether the CPU will do where a GPU is asked for and absent.</param>
    /// <exception cref="InvalidOptionsException">A GPU is asked for and absent; the message says what was found and what to do.</exception>
    public static DeviceChoice Of(ComputeDevice wanted, bool fallbackToCpu)
    {
        var errors = new OptionErrors();
        var choice = Of(wanted, fallbackToCpu, errors);
        errors.ThrowIfAny(nameof(ComputeDevice));
        return choice;
    }

    /// <summary>As the other; a GPU that is asked for and absent is an error noted.</summary>
    /// <param name="wanted">What the options ask for.</param>
    /// <param name="fallbackToCpu">Whether the CPU will do where a GPU is asked for and absent.</param>
    /// <param name="errors">Where to.</param>
    public static DeviceChoice Of(ComputeDevice wanted, bool fallbackToCpu, OptionErrors errors)
    {
        TorchRuntime.EnsureStarted();
        if (wanted != ComputeDevice.Cpu && cuda.is_available())
        {
            TorchRuntime.AllowTensorFloat32();
            return new DeviceChoice(CUDA);
        }

        if (wanted != ComputeDevice.Cuda)
        {
            return new DeviceChoice(CPU);
        }

        string found = Describe(__version__, ErrorOfCuda());
        if (fallbackToCpu)
        {
            return new DeviceChoice(CPU, $"Device {ComputeDevice.Cuda} was asked for, but {found}. FallbackToCpu is set: the CPU does the work.");
        }

        errors.Require(false, nameof(Device), wanted, $"be Auto or Cpu, or FallbackToCpu be true, as {found} ({Advice})");
        return new DeviceChoice(CPU);
    }

    /// <summary>Says of a libtorch that offers no CUDA device whether it was built for any.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="error">What it says to a tensor on a CUDA device.</param>
    internal static string Describe(string version, string error)
    {
        string first = error.Split('\n')[0].Trim();
        return Array.Exists(WordsOfAbsentDevices, word => first.Contains(word, StringComparison.Ordinal))
            ? $"libtorch {version} is built with CUDA but finds no device ({first})"
            : $"libtorch {version} is a build for the CPU only";
    }

    private static string ErrorOfCuda()
    {
        try
        {
            using var tensor = zeros(1, device: CUDA);
            return "";
        }
        catch (Exception exception) when (exception is ExternalException or InvalidOperationException or NotSupportedException)
        {
            return exception.Message;
        }
    }
}
