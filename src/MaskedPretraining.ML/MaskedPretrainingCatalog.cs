using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Everything that this library adds to ML.NET, reached as <c>mlContext.MaskedPretraining</c>.</summary>
public sealed partial class MaskedPretrainingCatalog
{
    private readonly MLContext _context;

    internal MaskedPretrainingCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
    }

    /// <summary>The photos of a folder and its sub-folders: <c>ImagePath</c> (text), <c>Label</c> (text: the sub-folder's name, only if all photos lie in sub-folders), <c>Image</c>.</summary>
    /// <param name="path">The folder. JPEG and PNG files are taken, in the order of their paths.</param>
    /// <returns>A view that reads an image when a row asks for it, turned upright by its EXIF data. Files that cannot be read are found on first use, reported as warnings of <c>MLContext.Log</c> by name, and skipped.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder holds no image; on first use: none of them can be read.</exception>
    public IDataView ImageFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new ImageSourceView(_context, Core.Imaging.ImageFolder.Open(path, new MLImageDecoder()), nameof(ImageFolder));
    }

    /// <summary>CIFAR-10 in its binary layout: <c>ImagePath</c> (text: file and record), <c>Label</c> (text), <c>Image</c> (32x32 pixels).</summary>
    /// <param name="paths">Files such as <c>data_batch_1.bin</c>, each record 1 label byte and 3,072 bytes of colour planes.</param>
    /// <exception cref="InvalidDataException">A file has another length than whole records have.</exception>
    public IDataView Cifar10(params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return new ImageSourceView(_context, new Cifar10Source(paths), nameof(Cifar10), isComplete: true);
    }

    /// <summary>Images made for trials, without any download: objects of several classes on backgrounds that give the class away in training and may lie in tests.</summary>
    /// <remarks><c>ImagePath</c> (text), <c>Label</c> (text), <c>Image</c>, <c>Mask</c> (image, white on the object).</remarks>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="imageSize">Height and width in pixels, at least 32.</param>
    /// <param name="split">How backgrounds relate to classes.</param>
    /// <param name="seed">The same seed gives the same images.</param>
    public IDataView GeneratedScenes(int count, int imageSize = 32, SceneSplit split = SceneSplit.Train, ulong seed = 0)
    {
        var scenes = new GeneratedScenes(count, imageSize, seed, split);
        return new ImageSourceView(_context, scenes, nameof(GeneratedScenes), isComplete: true, scenes.Masks);
    }

    /// <summary>Saves a model as <c>Model.Save</c> does, but whole or not at all: with a full disk or after a crash the file is the old one or the new one.</summary>
    /// <param name="model">Any model, a chain for example.</param>
    /// <param name="inputSchema">Schema of the data that it transforms. Columns of images are not kept in it by ML.NET.</param>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    public void SaveModel(ITransformer model, DataViewSchema inputSchema, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var files = new ScratchDirectory(_context);
        AtomicFile.Write(path, stream =>
        {
            // Not straight into the stream: ML.NET closes it, and then it could no longer be brought to the disk for sure.
            string complete = files.File("model.zip");
            _context.Model.Save(model, inputSchema, complete);
            using var source = File.OpenRead(complete);
            source.CopyTo(stream);
        });
    }

    /// <summary>Images from anywhere: <c>ImagePath</c> (text: what the source calls the image), <c>Label</c> (text, only if the source is an <see cref="ILabeledImageSource"/> with classes), <c>Image</c>.</summary>
    /// <param name="source">The images; thread safe.</param>
    /// <inheritdoc cref="ImageFolder" path="/returns"/>
    public IDataView Images(IImageSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new ImageSourceView(_context, source, nameof(Images));
    }

    /// <summary>Images from anywhere with masks of their objects: the columns of <see cref="Images(IImageSource)"/> and <c>Mask</c> (an image, bright on the object).</summary>
    /// <param name="source">The images; thread safe.</param>
    /// <param name="masks">Their masks in the same order; thread safe.</param>
    /// <inheritdoc cref="ImageFolder" path="/returns"/>
    /// <exception cref="ArgumentException">There are not as many masks as images.</exception>
    public IDataView Images(IImageSource source, IImageSource masks)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(masks);
        return masks.Count == source.Count
            ? new ImageSourceView(_context, source, nameof(Images), isComplete: false, masks)
            : throw new ArgumentException($"There are {masks.Count} masks for {source.Count} images.", nameof(masks));
    }
}
