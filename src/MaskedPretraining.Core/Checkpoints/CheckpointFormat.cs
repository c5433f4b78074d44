namespace MaskedPretraining.Core.Checkpoints;

/// <summary>How a checkpoint is stored.</summary>
public enum CheckpointFormat
{
    /// <summary>One safetensors file.</summary>
    Safetensors,

    /// <summary>What <c>torch.save</c> writes since PyTorch 1.6: a zip archive of a pickle and raw storages.</summary>
    PyTorchZip,

    /// <summary>What <c>torch.save</c> wrote before: a stream of pickles followed by raw storages.</summary>
    PyTorchStream,

    /// <summary>Several files of the formats above and a JSON index that says which tensor lies in which.</summary>
    Sharded,
}
