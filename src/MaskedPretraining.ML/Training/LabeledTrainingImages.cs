using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Imaging;
using MaskedPretraining.ML.Lowering;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Training;

/// <summary>The labelled images of a view, for training in any order many times. They are copied into a file of raw images, so that memory does not grow with the data.</summary>
internal sealed class LabeledTrainingImages : IDisposable
{
    private readonly TrainingImages _images;

    private LabeledTrainingImages(TrainingImages images, ILabeledImageSource labeled) => (_images, Images) = (images, labeled);

    public ILabeledImageSource Images { get; }

    /// <summary>Reads a view once. Rows without a label or a usable image are left out and reported.</summary>
    /// <param name="data">The view.</param>
    /// <param name="imageName">Image column or pixel vector.</param>
    /// <param name="labelName">Key column.</param>
    /// <param name="classes">The classes that its keys mean.</param>
    /// <param name="architecture">What the images are for.</param>
    /// <param name="path">Where the copy goes.</param>
    /// <param name="channel">Where rows that are left out are reported.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of another type than the encoder needs.</exception>
    /// <exception cref="InvalidDataException">There is no usable row.</exception>
    public static LabeledTrainingImages Open(
        IDataView data, string imageName, string labelName, ClassLabels classes, VisionTransformerOptions architecture, string path, IChannel channel, CancellationToken cancellation)
    {
        ImageInput.Find(data.Schema, imageName, architecture);
        var labels = new CollectedLabels(data.Schema[labelName]);
        var images = TrainingImages.Open(data, imageName, architecture, ImageSourceView.PathColumn, path, channel, labels, cancellation);
        return new LabeledTrainingImages(images, new LabeledImageSource(images.Images, labels.Labels, [.. Enumerable.Range(0, classes.Count).Select(classes.NameOf)]));
    }

    public void Dispose() => _images.Dispose();
}
