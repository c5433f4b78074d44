using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Onnx.Scoring;

/// <summary>How a model is run.</summary>
public sealed class OnnxScorerOptions
{
    /// <summary>Rows that go through the model at once, for each thread. More rows than this are scored in batches of even sizes.</summary>
    /// <value>At least 1. Default 8, with which a ViT-Ti was fastest on a CPU; a GPU wants 64 and more. A model whose first axis is fixed is run at that length.</value>
    public int BatchSize { get; set; } = 8;

    /// <summary>Threads that work on the rows of a call; of no consequence on a GPU.</summary>
    /// <value>At least 1. Default: the processors this process may use.</value>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Whether all threads share each operation, in the place of each taking rows of its own through the whole model.</summary>
    /// <value>Default false, which scores most rows a second: no thread waits for another after every operation. True answers a single row soonest.</value>
    public bool ShareOperations { get; set; }

    /// <summary>CUDA device to run on; null for the CPU.</summary>
    /// <value>At least 0. Default null. Needs the package Microsoft.ML.OnnxRuntime.Gpu in the place of Microsoft.ML.OnnxRuntime.</value>
    public int? GpuDeviceId { get; set; }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "be at least 1");
        errors.Require(Threads >= 1, nameof(Threads), Threads, "be at least 1");
        errors.Require(GpuDeviceId is null or >= 0, nameof(GpuDeviceId), GpuDeviceId, "be null (CPU) or at least 0");
    }
}
