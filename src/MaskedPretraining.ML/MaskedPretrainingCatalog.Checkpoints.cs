using MaskedPretraining.Core.Checkpoints.Encoders;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Adds a column with the features of a vision transformer that another program has trained: MAE, DINO, timm, transformers.</summary>
    /// <param name="path">A safetensors file, a file of torch.save (<c>.pth</c>, <c>.pt</c>, <c>.bin</c>), or the index of several. Read now; nothing in it is executed.</param>
    /// <param name="outputColumnName">Name of the new column, a vector of Single <c>[D]</c>.</param>
    /// <param name="inputColumnName">Image column, or vector of C*H*W Single or Byte values in 0..255; null: same as <paramref name="outputColumnName"/>.</param>
    /// <param name="imageSize">Height and width in pixels to which images are brought, a multiple of the patch side; positions are resampled. Null: as trained.</param>
    /// <inheritdoc cref="EncoderReader.Load(string, EncoderLoadOptions?)" path="/exception"/>
    public LoadedEncoderEstimator LoadEncoder(string path, string outputColumnName = "Features", string? inputColumnName = "Image", int? imageSize = null) =>
        LoadEncoder(path, outputColumnName, inputColumnName, new LoadedEncoderOptions { Encoder = new EncoderLoadOptions { ImageHeight = imageSize, ImageWidth = imageSize } });

    /// <inheritdoc cref="LoadEncoder(string, string, string?, int?)"/>
    /// <param name="path">A safetensors file, a file of torch.save (<c>.pth</c>, <c>.pt</c>, <c>.bin</c>), or the index of several. Read now; nothing in it is executed.</param>
    /// <param name="outputColumnName">Name of the new column, a vector of Single <c>[D]</c>.</param>
    /// <param name="inputColumnName">Image column, or vector of C*H*W Single or Byte values in 0..255; null: same as <paramref name="outputColumnName"/>.</param>
    /// <param name="options">What the checkpoint does not say itself, image size, further columns.</param>
    public LoadedEncoderEstimator LoadEncoder(string path, string outputColumnName, string? inputColumnName, LoadedEncoderOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        return new LoadedEncoderEstimator(_context, path, outputColumnName, inputColumnName ?? outputColumnName, options);
    }
}
