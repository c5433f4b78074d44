using System.Runtime.ExceptionServices;
using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Imaging.Backgrounds;

/// <summary>
/// Photos of known classes with a mask of the object of each, of which the variants of ImageNet-9 can be made (Xiao et al., Noise or Signal, ICLR 2021). Masks of another size than their photo are
/// scaled to it (nearest pixel). Photos and masks are read when they are asked for. Thread safe if the sources are.
/// </summary>
public sealed class ObjectPhotos
{
    private readonly IImageSource _masks;
    private readonly int[][] _donors;

    /// <summary>Looks at every mask once.</summary>
    /// <param name="images">The photos.</param>
    /// <param name="masks">Their masks in the same order: inside where the first channel is more than half bright.</param>
    /// <exception cref="ArgumentException">There are not as many masks as photos.</exception>
    /// <exception cref="ImageFormatException">A mask cannot be read.</exception>
    /// <exception cref="InvalidDataException">There is no photo, or a mask is empty; the message counts these and names the first.</exception>
    public ObjectPhotos(ILabeledImageSource images, IImageSource masks)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(masks);
        if (masks.Count != images.Count)
        {
            throw new ArgumentException($"There are {masks.Count} masks for {images.Count} photos.", nameof(masks));
        }

        (Images, _masks) = (images, masks);
        _donors = FindDonors();
    }

    /// <summary>The photos.</summary>
    public ILabeledImageSource Images { get; }

    /// <summary>A photo's mask at the photo's size.</summary>
    /// <param name="index">Number of the photo.</param>
    /// <param name="height">Rows of the photo.</param>
    /// <param name="width">Columns of the photo.</param>
    /// <exception cref="ImageFormatException">Nothing of the object is left at that size.</exception>
    public ObjectMask LoadMask(int index, int height, int width)
    {
        var mask = ObjectMask.FromImage(_masks.Load(index)).Resize(height, width);
        return mask.Area > 0
            ? mask
            : throw new ImageFormatException(_masks.NameOf(index), $"at the photo's {width}x{height} pixels nothing of the object is left; use a mask of the photo's size.");
    }

    /// <summary>The photos, each with object and background as a variant has them. Classes and order stay.</summary>
    /// <param name="variant">What is done with them.</param>
    /// <param name="seed">Decides together with variant and number of the photo whose background is taken.</param>
    /// <returns>A source that composes photos when they are asked for. Thread safe if the sources are.</returns>
    /// <exception cref="InvalidDataException">The variant needs backgrounds of other photos, and for some class there are none: it has one photo, or it is the only class, or objects fill all photos.</exception>
    /// <remarks>
    /// Backgrounds of other photos have their object's box tiled over (<see cref="BackgroundVariant.OnlyBackgroundTiled"/>), so that no second object is seen, and are stretched to the photo's size (bilinear).
    /// They come from another photo than the object, and for <see cref="BackgroundVariant.MixedRandom"/> from one of the other classes, each equally likely, never from the object's own, so that it lies every time.
    /// Tiles are the largest strip above, below or beside the box, repeated; the paper does not say how its own were laid. A box that fills the photo has nothing to tile it with and stays black; such a photo lends its background to none.
    /// </remarks>
    public ILabeledImageSource Compose(BackgroundVariant variant, ulong seed = 0)
    {
        if (!Enum.IsDefined(variant))
        {
            throw new ArgumentOutOfRangeException(nameof(variant), variant, "There is no such variant.");
        }

        return variant == BackgroundVariant.Original ? Images : new BackgroundComposition(this, _donors, variant, seed);
    }

    /// <summary>For each class the photos that can lend a background.</summary>
    private int[][] FindDonors()
    {
        if (Images.Count == 0)
        {
            throw new InvalidDataException("There are no photos, and so no objects and backgrounds.");
        }

        var (isEmpty, hasBackground) = (new bool[Images.Count], new bool[Images.Count]);
        ForEachMask((index, mask) =>
        {
            isEmpty[index] = mask.Box is null;
            hasBackground[index] = mask.Box is { } box && box.Area < mask.Inside.Length;
        });
        int[] empty = [.. Enumerable.Range(0, isEmpty.Length).Where(index => isEmpty[index])];
        if (empty.Length > 0)
        {
            throw new InvalidDataException($"{empty.Length} of {Images.Count} masks are empty: no pixel is more than half bright. The first: {_masks.NameOf(empty[0])}. Leave such photos out.");
        }

        var byClass = Enumerable.Range(0, Images.Count).Where(index => hasBackground[index]).ToLookup(Images.LabelOf);
        return [.. Enumerable.Range(0, Images.ClassNames.Count).Select(label => byClass[label].ToArray())];
    }

    private void ForEachMask(Action<int, ObjectMask> look)
    {
        try
        {
            Parallel.For(0, Images.Count, index => look(index, ObjectMask.FromImage(_masks.Load(index))));
        }
        catch (AggregateException exception)
        {
            // One of them says enough, and what it says names the mask.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
