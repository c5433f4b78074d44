using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Imaging;
using MaskedPretraining.ML.Lowering;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Training;

/// <summary>
/// The labelled images of a view, and of a second one with the same classes if there is one, for training in any order many times. They are copied into files of raw images, so that memory does not
/// grow with the data.
/// </summary>
internal sealed class LabeledViews : IDisposable
{
    private readonly ScratchDirectory _files;
    private readonly List<TrainingImages> _opened = [];

    private LabeledViews(MLContext context, DataViewSchema.Column image, ClassLabels classes) => (_files, Image, Classes) = (new ScratchDirectory(context), image, classes);

    /// <summary>The first view's image column.</summary>
    public DataViewSchema.Column Image { get; }

    /// <summary>The classes of both.</summary>
    public ClassLabels Classes { get; }

    public ILabeledImageSource First { get; private set; } = null!;

    public ILabeledImageSource? Second { get; private set; }

    /// <summary>Reads each view once. Rows without a label or a usable image are left out and reported.</summary>
    /// <param name="context">Says where copies go.</param>
    /// <param name="first">A view.</param>
    /// <param name="second">A view with the same columns; null for none.</param>
    /// <param name="imageName">Image column or pixel vector.</param>
    /// <param name="labelName">Key column.</param>
    /// <param name="architecture">What the images are for.</param>
    /// <param name="channel">Where rows that are left out are reported.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed; the label has one class, or other classes in the second view.</exception>
    /// <exception cref="InvalidDataException">There is no usable row.</exception>
    public static LabeledViews Open(
        MLContext context, IDataView first, IDataView? second, string imageName, string labelName, VisionTransformerOptions architecture, IChannel channel, CancellationToken cancellation)
    {
        var image = ImageInput.Find(first.Schema, imageName, architecture);
        var classes = ClassLabels.Of(first.Schema, labelName);
        if (second is not null)
        {
            classes.CheckSame(ClassLabels.Of(second.Schema, labelName));
            ImageInput.Find(second.Schema, imageName, architecture);
        }

        var views = new LabeledViews(context, image, classes);
        try
        {
            views.First = Read(first);
            views.Second = second is null ? null : Read(second);
            return views;
        }
        catch
        {
            views.Dispose();
            throw;
        }

        ILabeledImageSource Read(IDataView data)
        {
            var labels = new CollectedLabels(data.Schema[labelName]);
            var images = TrainingImages.Open(data, imageName, architecture, ImageSourceView.PathColumn, views._files.File($"{views._opened.Count}.images"), channel, labels, cancellation);
            views._opened.Add(images);
            return new LabeledImageSource(images.Images, labels.Labels, [.. Enumerable.Range(0, classes.Count).Select(classes.NameOf)]);
        }
    }

    public void Dispose()
    {
        _opened.ForEach(images => images.Dispose());
        _files.Dispose();
    }
}
