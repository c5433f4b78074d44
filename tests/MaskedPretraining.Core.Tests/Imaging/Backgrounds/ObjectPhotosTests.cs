using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;

namespace MaskedPretraining.Core.Tests.Imaging.Backgrounds;

[TestClass]
public sealed class ObjectPhotosTests
{
    private const int Size = 32;
    private const int Scenes = 40;

    private static readonly BackgroundVariant[] Mixed = [BackgroundVariant.MixedSame, BackgroundVariant.MixedRandom, BackgroundVariant.MixedNext];

    [TestMethod]
    public void Compose_OnlyForeground_IsBlackOutsideOfTheMask() => AssertPixels(BackgroundVariant.OnlyForeground, (_, mask, _, pixel) => mask.Inside[pixel]);

    [TestMethod]
    public void Compose_NoForeground_IsBlackInsideOfTheMask() => AssertPixels(BackgroundVariant.NoForeground, (_, mask, _, pixel) => !mask.Inside[pixel]);

    [TestMethod]
    public void Compose_OnlyBackgroundBlack_IsBlackInsideOfTheBox() => AssertPixels(BackgroundVariant.OnlyBackgroundBlack, (_, _, box, pixel) => !box(pixel));

    [TestMethod]
    public void Compose_OnlyBackgroundTiled_KeepsWhatIsOutsideAndShowsNothingOfTheObject()
    {
        var scenes = TestScenes();
        var composed = Photos(scenes).Compose(BackgroundVariant.OnlyBackgroundTiled);
        for (int index = 0; index < Scenes; index++)
        {
            var (image, tiled, box) = (scenes.Load(index).Pixels, composed.Load(index).Pixels, InBox(scenes.BoxOf(index)));
            var outside = Enumerable.Range(0, Size * Size).Where(pixel => !box(pixel)).Select(pixel => Color(image, pixel)).ToHashSet();
            for (int pixel = 0; pixel < Size * Size; pixel++)
            {
                Assert.IsTrue(box(pixel) ? outside.Contains(Color(tiled, pixel)) : Color(tiled, pixel) == Color(image, pixel), $"scene {index}, pixel {pixel}");
            }
        }
    }

    // A picture of 5 columns and 4 rows whose pixels are their numbers.
    [TestMethod]
    [DataRow(1, 1, 2, 2, "0 1 2 3 4|5 8 9 8 9|10 13 14 13 14|15 16 17 18 19", DisplayName = "two columns to the right")]
    [DataRow(0, 1, 2, 3, "0 11 12 13 4|5 16 17 18 9|10 11 12 13 14|15 16 17 18 19", DisplayName = "two rows below")]
    [DataRow(1, 0, 3, 5, "0 1 2 3 4|0 1 2 3 4|0 1 2 3 4|0 1 2 3 4", DisplayName = "one row above")]
    [DataRow(0, 2, 4, 3, "0 1 0 1 0|5 6 5 6 5|10 11 10 11 10|15 16 15 16 15", DisplayName = "two columns to the left")]
    [DataRow(0, 0, 4, 5, "0 0 0 0 0|0 0 0 0 0|0 0 0 0 0|0 0 0 0 0", DisplayName = "nothing")]
    public void TileBox_SmallPicture_RepeatsTheLargestStrip(int top, int left, int height, int width, string expected)
    {
        var image = new RgbImage(5, 4, [.. Enumerable.Range(0, 20).Select(number => (byte)number)], channels: 1);

        var tiled = BackgroundComposer.TileBox(image, new CropBox(top, left, height, width));

        Assert.AreEqual(expected, string.Join('|', tiled.Pixels.Chunk(5).Select(row => string.Join(' ', row))));
    }

    [TestMethod]
    [DataRow(BackgroundVariant.MixedSame)]
    [DataRow(BackgroundVariant.MixedRandom)]
    [DataRow(BackgroundVariant.MixedNext)]
    public void Compose_Mixed_KeepsTheObjectAndTakesTheTiledBackgroundOfTheDonor(BackgroundVariant variant)
    {
        var scenes = TestScenes();
        var photos = Photos(scenes);
        var composed = photos.Compose(variant, seed: 5);
        var tiled = photos.Compose(BackgroundVariant.OnlyBackgroundTiled);
        for (int index = 0; index < Scenes; index++)
        {
            int donor = ((BackgroundComposition)composed).DonorOf(index);
            var (mask, image, background, actual) = (scenes.MaskOf(index), scenes.Load(index).Pixels, tiled.Load(donor).Pixels, composed.Load(index).Pixels);
            for (int pixel = 0; pixel < mask.Length; pixel++)
            {
                Assert.AreEqual(Color(mask[pixel] ? image : background, pixel), Color(actual, pixel));
            }
        }
    }

    [TestMethod]
    public void DonorOf_EachVariant_IsOfTheClassThatItPromises()
    {
        var scenes = TestScenes();
        var photos = Photos(scenes);
        int classes = scenes.ClassNames.Count;
        var same = (BackgroundComposition)photos.Compose(BackgroundVariant.MixedSame);
        var random = (BackgroundComposition)photos.Compose(BackgroundVariant.MixedRandom);
        var next = (BackgroundComposition)photos.Compose(BackgroundVariant.MixedNext);
        var steps = new HashSet<int>();
        for (int index = 0; index < Scenes; index++)
        {
            int label = scenes.LabelOf(index);
            Assert.AreEqual(label, scenes.LabelOf(same.DonorOf(index)));
            Assert.AreNotEqual(index, same.DonorOf(index));
            Assert.AreEqual((label + 1) % classes, scenes.LabelOf(next.DonorOf(index)));
            steps.Add((scenes.LabelOf(random.DonorOf(index)) - label + classes) % classes);
        }

        // Each of the seven other classes is drawn about six times in forty.
        Assert.AreSequenceEqual(Enumerable.Range(1, classes - 1), steps.Order());
    }

    [TestMethod]
    public void Compose_SameSeed_IsTheSameOnAnyThreadAndAnotherIsNot()
    {
        foreach (var variant in Mixed)
        {
            var (first, second, other) = (Photos(TestScenes()).Compose(variant, 3), Photos(TestScenes()).Compose(variant, 3), Photos(TestScenes()).Compose(variant, 4));
            Parallel.For(0, Scenes, index => Assert.AreSequenceEqual(first.Load(index).Pixels, second.Load(index).Pixels));
            Assert.IsTrue(Enumerable.Range(0, Scenes).Any(index => !first.Load(index).Pixels.AsSpan().SequenceEqual(other.Load(index).Pixels)));
        }
    }

    [TestMethod]
    public void Compose_Original_IsTheSource()
    {
        var scenes = TestScenes();
        Assert.AreSame(scenes, Photos(scenes).Compose(BackgroundVariant.Original));
    }

    [TestMethod]
    public void LoadMask_OtherSize_IsScaledByTheNearestPixel()
    {
        var photos = new ObjectPhotos(Labeled(Flat(4, 4, 9), "a"), new MemoryImageSource(Mask("#.", "..")));

        Assert.AreSequenceEqual(Rows("##..", "##..", "....", "...."), photos.LoadMask(0, 4, 4).Inside);
        Assert.AreSequenceEqual(new byte[] { 9, 9, 0, 0, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, photos.Compose(BackgroundVariant.OnlyForeground).Load(0).Pixels);
        Assert.Contains("nothing of the object is left", Assert.ThrowsExactly<ImageFormatException>(() => photos.LoadMask(0, 1, 1)).Message);
    }

    [TestMethod]
    public void Compose_DonorOfAnotherSize_IsStretched()
    {
        var images = Labeled([Flat(4, 4, 9), Flat(6, 3, 70)], "a", "b");
        var photos = new ObjectPhotos(images, new MemoryImageSource(Mask("#...", "....", "....", "...."), Mask("#.")));

        Assert.AreSequenceEqual(new byte[] { 9, 70, 70, 70 }, photos.Compose(BackgroundVariant.MixedRandom).Load(0).Pixels[..4]);
    }

    [TestMethod]
    public void Constructor_MasksThatAreNone_AreNamed()
    {
        var images = Labeled([Flat(2, 2, 1), Flat(2, 2, 1)], "a", "b");
        var full = Mask("##", "##");

        string empty = Assert.ThrowsExactly<InvalidDataException>(() => new ObjectPhotos(images, new MemoryImageSource(full, Mask("..")))).Message;
        Assert.Contains("1 of 2 masks are empty", empty);
        Assert.Contains("memory-1", empty);
        Assert.AreEqual("memory-0", Assert.ThrowsExactly<ImageFormatException>(() => new ObjectPhotos(images, new MemoryImageSource(null, full))).ImageName);
        Assert.ThrowsExactly<ArgumentException>(() => new ObjectPhotos(images, new MemoryImageSource(full)));
        Assert.ThrowsExactly<InvalidDataException>(() => new ObjectPhotos(new LabeledImageSource(new MemoryImageSource(), [], ["a"]), new MemoryImageSource()));
    }

    [TestMethod]
    public void Compose_NoBackgroundToTake_SaysForWhichClass()
    {
        var corner = Mask("#.", "..");
        var one = new ObjectPhotos(Labeled([Flat(2, 2, 1), Flat(2, 2, 2)], "cat", "cat"), new MemoryImageSource(corner, corner));
        Assert.Contains("'cat'", Refused(one, BackgroundVariant.MixedRandom));
        Assert.Contains("another class", Refused(one, BackgroundVariant.MixedNext));
        Assert.AreEqual(2, one.Compose(BackgroundVariant.MixedSame).Load(0).Pixels[1]);
        var two = new ObjectPhotos(Labeled([Flat(2, 2, 1), Flat(2, 2, 2)], "cat", "dog"), new MemoryImageSource(corner, Mask("##", "##")));
        Assert.Contains("'cat'", Refused(two, BackgroundVariant.MixedSame));
        Assert.Contains("'cat'", Refused(two, BackgroundVariant.MixedRandom), "the dog fills its photo");
        Assert.AreSequenceEqual(new byte[4], two.Compose(BackgroundVariant.OnlyBackgroundTiled).Load(1).Pixels, "nothing to tile with");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => two.Compose((BackgroundVariant)9));

        static string Refused(ObjectPhotos photos, BackgroundVariant variant) => Assert.ThrowsExactly<InvalidDataException>(() => photos.Compose(variant)).Message;
    }

    private static GeneratedScenes TestScenes() => new(Scenes, Size, 2, SceneSplit.Test);

    private static ObjectPhotos Photos(GeneratedScenes scenes) => new(scenes, scenes.Masks);

    /// <summary>Pixels of which the condition holds are the photo's, the others black.</summary>
    private static void AssertPixels(BackgroundVariant variant, Func<GeneratedScenes, ObjectMask, Func<int, bool>, int, bool> isKept)
    {
        var scenes = TestScenes();
        var composed = Photos(scenes).Compose(variant);
        for (int index = 0; index < Scenes; index++)
        {
            var mask = new ObjectMask(Size, Size, scenes.MaskOf(index));
            var (image, actual, box) = (scenes.Load(index).Pixels, composed.Load(index).Pixels, InBox(scenes.BoxOf(index)));
            for (int pixel = 0; pixel < Size * Size; pixel++)
            {
                Assert.AreEqual(isKept(scenes, mask, box, pixel) ? Color(image, pixel) : default, Color(actual, pixel), $"scene {index}, pixel {pixel}");
            }
        }
    }

    private static Func<int, bool> InBox(CropBox box) => pixel =>
        pixel / Size >= box.Top && pixel / Size < box.Top + box.Height && pixel % Size >= box.Left && pixel % Size < box.Left + box.Width;

    private static (byte Red, byte Green, byte Blue) Color(byte[] pixels, int pixel) => (pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2]);

    private static RgbImage Flat(int width, int height, byte value) => new(width, height, [.. Enumerable.Repeat(value, width * height)], channels: 1);

    private static bool[] Rows(params string[] rows) => [.. rows.SelectMany(row => row.Select(cell => cell == '#'))];

    private static RgbImage Mask(params string[] rows) => new ObjectMask(rows.Length, rows[0].Length, Rows(rows)).ToImage();

    private static LabeledImageSource Labeled(RgbImage image, string name) => Labeled([image], name);

    private static LabeledImageSource Labeled(RgbImage[] images, params string[] classes)
    {
        string[] names = [.. classes.Distinct()];
        return new LabeledImageSource(new MemoryImageSource(images), [.. classes.Select(name => Array.IndexOf(names, name))], names);
    }
}
