namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>One of the two forms of torch.save: a table of contents, and storages under keys.</summary>
internal interface IPyTorchContainer
{
    /// <summary>What the table of contents holds.</summary>
    object? Root { get; }

    /// <summary>Where the bytes of a storage lie; null if there is no storage of that key.</summary>
    /// <exception cref="FormatException">They do not lie inside of the file.</exception>
    ByteRange? Find(string key);
}
