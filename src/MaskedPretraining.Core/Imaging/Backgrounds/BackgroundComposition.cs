using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Imaging.Backgrounds;

/// <summary>Photos whose objects and backgrounds are taken apart or mixed when they are asked for.</summary>
internal sealed class BackgroundComposition : ILabeledImageSource
{
    private readonly ObjectPhotos _photos;
    private readonly int[][] _donors;
    private readonly BackgroundVariant _variant;
    private readonly ulong _seed;

    /// <param name="photos">The photos.</param>
    /// <param name="donors">For each class the photos that can lend a background.</param>
    /// <param name="variant">What is done.</param>
    /// <param name="seed">Decides whose background is taken.</param>
    public BackgroundComposition(ObjectPhotos photos, int[][] donors, BackgroundVariant variant, ulong seed)
    {
        (_photos, _donors, _variant, _seed) = (photos, donors, variant, seed);
        if (variant is BackgroundVariant.MixedSame or BackgroundVariant.MixedRandom or BackgroundVariant.MixedNext)
        {
            CheckDonors();
        }
    }

    public int Count => _photos.Images.Count;

    public IReadOnlyList<string> ClassNames => _photos.Images.ClassNames;

    public string NameOf(int index) => _photos.Images.NameOf(index);

    public int LabelOf(int index) => _photos.Images.LabelOf(index);

    public RgbImage Load(int index)
    {
        var (image, mask) = LoadPhoto(index);
        return _variant switch
        {
            BackgroundVariant.OnlyForeground => BackgroundComposer.Join(mask, image, null),
            BackgroundVariant.NoForeground => BackgroundComposer.Join(mask, null, image),
            BackgroundVariant.OnlyBackgroundBlack => BackgroundComposer.BlackenBox(image, BoxOf(mask)),
            BackgroundVariant.OnlyBackgroundTiled => BackgroundComposer.TileBox(image, BoxOf(mask)),
            _ => BackgroundComposer.Join(mask, image, LoadBackground(DonorOf(index), image)),
        };
    }

    /// <summary>The photo whose background a photo's object is put before.</summary>
    internal int DonorOf(int index)
    {
        var random = new RandomStream(_seed, RandomPurpose.Background, (int)_variant, index);
        int[] candidates = Candidates(index, random);
        return candidates[random.NextInt32(candidates.Length)];
    }

    private static CropBox BoxOf(ObjectMask mask)
    {
        var box = mask.Box!.Value;
        return new CropBox((int)box.Top, (int)box.Left, (int)(box.Bottom - box.Top), (int)(box.Right - box.Left));
    }

    private int[] Candidates(int index, RandomStream random)
    {
        int label = LabelOf(index);
        if (_variant == BackgroundVariant.MixedSame)
        {
            return [.. _donors[label].Where(donor => donor != index)];
        }

        // The other classes that have backgrounds to lend, the next one first.
        int[] others = [.. Enumerable.Range(1, _donors.Length - 1).Select(step => (label + step) % _donors.Length).Where(other => _donors[other].Length > 0)];
        return _donors[_variant == BackgroundVariant.MixedNext ? others[0] : others[random.NextInt32(others.Length)]];
    }

    private (RgbImage Image, ObjectMask Mask) LoadPhoto(int index)
    {
        var image = _photos.Images.Load(index);
        return (image, _photos.LoadMask(index, image.Height, image.Width));
    }

    private RgbImage LoadBackground(int donor, RgbImage photo)
    {
        var (image, mask) = LoadPhoto(donor);
        if (image.Channels != photo.Channels)
        {
            throw new ImageFormatException(NameOf(donor), $"it has {image.Channels} channels and cannot be the background of a photo with {photo.Channels}.");
        }

        var background = BackgroundComposer.TileBox(image, BoxOf(mask));
        return (image.Height, image.Width) == (photo.Height, photo.Width)
            ? background
            : new PilResampler(ResampleFilter.Bilinear).Resize(background, new CropBox(0, 0, image.Height, image.Width), photo.Height, photo.Width);
    }

    private void CheckDonors()
    {
        foreach (var photos in Enumerable.Range(0, Count).GroupBy(LabelOf).OrderBy(photos => photos.Key))
        {
            int label = photos.Key;
            bool isLent = _variant == BackgroundVariant.MixedSame
                ? photos.All(index => _donors[label].Any(donor => donor != index))
                : _donors.Where((donors, other) => other != label && donors.Length > 0).Any();
            if (!isLent)
            {
                throw new InvalidDataException(
                    $"{_variant} cannot be made: photos of class '{ClassNames[label]}' need the background of another photo of {(_variant == BackgroundVariant.MixedSame ? "that class" : "another class")}, "
                    + $"and there is none among {Count} photos. Add photos whose object does not fill them, or leave the variant out.");
            }
        }
    }
}
