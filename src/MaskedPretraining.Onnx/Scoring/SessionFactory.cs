using Microsoft.ML.OnnxRuntime;

namespace MaskedPretraining.Onnx.Scoring;

/// <summary>Opens sessions with chosen threads, and says in plain words what is missing when one cannot be opened.</summary>
internal static class SessionFactory
{
    public static InferenceSession Open(string path, OnnxScorerOptions options)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no model '{path}'.", path);
        }

        try
        {
            using var settings = new SessionOptions
            {
                IntraOpNumThreads = options.ShareOperations ? options.Threads : 1,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            };
            // Arena, memory pattern and the last optimisation level changed less than the clock's noise (1 to 2 %, ViT-Ti/4); without the fusions of ORT_ENABLE_EXTENDED it was 0.90 times as fast. Hence the defaults.
            // Waiting threads sleep. Spinning ones take the processor from those who decode the next images: on two busy cores they doubled the CPU time of a ViT-Ti (23 against 12.5 ms an image, 96 px).
            settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            if (options.GpuDeviceId is { } device)
            {
                AppendGpu(settings, device);
            }

            return new InferenceSession(path, settings);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException($"'{path}' is not a model that ONNX Runtime can load: {exception.Message}", exception);
        }
        catch (Exception exception) when (IsMissingLibrary(exception))
        {
            throw new InvalidOperationException("The native library of ONNX Runtime was not found. Reference the package Microsoft.ML.OnnxRuntime (CPU) or Microsoft.ML.OnnxRuntime.Gpu in the program.", exception);
        }
    }

    private static void AppendGpu(SessionOptions settings, int device)
    {
        try
        {
            settings.AppendExecutionProvider_CUDA(device);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException || IsMissingLibrary(exception))
        {
            // A native library built without CUDA lacks the very entry point, which is no OnnxRuntimeException.
            throw new InvalidOperationException(
                $"CUDA device {device} was asked for, but cannot be used: {exception.Message} Reference Microsoft.ML.OnnxRuntime.Gpu in the place of Microsoft.ML.OnnxRuntime and install the CUDA version it names, or leave GpuDeviceId null to run on the CPU.",
                exception);
        }
    }

    private static bool IsMissingLibrary(Exception exception) =>
        exception is DllNotFoundException or EntryPointNotFoundException || exception is TypeInitializationException { InnerException: { } inner } && IsMissingLibrary(inner);
}
