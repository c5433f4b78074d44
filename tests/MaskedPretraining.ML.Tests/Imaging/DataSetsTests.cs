using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.Core.Pictures;
using MaskedPretraining.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests.Imaging;

[TestClass]
public sealed class DataSetsTests
{
    private static readonly MLContext Context = new();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Cifar100_EitherLabels_AreTexts()
    {
        string folder = NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "train.bin"), [1, 0, .. new byte[3072]]);
        File.WriteAllText(Path.Combine(folder, "fine_label_names.txt"), "maple_tree");
        File.WriteAllText(Path.Combine(folder, "coarse_label_names.txt"), "fish\ntrees");

        Assert.AreSequenceEqual(["maple_tree"], Columns.Texts(Context.MaskedPretraining.Cifar100(Path.Combine(folder, "train.bin")), "Label"));
        Assert.AreSequenceEqual(["trees"], Columns.Texts(Context.MaskedPretraining.Cifar100(Cifar100Labels.Coarse, Path.Combine(folder, "train.bin")), "Label"));
    }

    [TestMethod]
    public void Stl10_Unlabeled_HasNoLabelColumn()
    {
        string folder = NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "unlabeled_X.bin"), new byte[27648]);

        var view = Context.MaskedPretraining.Stl10(folder, Stl10Split.Unlabeled);

        Assert.AreSequenceEqual(["ImagePath", "Image"], view.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual(1, view.GetRowCount());
    }

    [TestMethod]
    public void TinyImageNet_Validation_ReadsImagesAndSkipsMissingOnes()
    {
        string folder = NewFolder();
        File.WriteAllText(Path.Combine(folder, "wnids.txt"), "n01");
        SavePng(Path.Combine(folder, "val", "images", "val_0.JPEG"));
        File.WriteAllText(Path.Combine(folder, "val", "val_annotations.txt"), "val_0.JPEG\tn01\t0\t0\t1\t1\nval_1.JPEG\tn01\t0\t0\t1\t1\n");
        var ml = new MLContext();
        var log = new LogLines(ml);

        Assert.AreSequenceEqual(["n01"], Columns.Texts(ml.MaskedPretraining.TinyImageNet(folder, TinyImageNetSplit.Validation), "Label"));
        Assert.Contains("val_1.JPEG", log.Of(ChannelMessageKind.Warning)[0]);
    }

    [TestMethod]
    public void ImageNet_FlatWithLists_HasLabels()
    {
        string folder = NewFolder();
        SavePng(Path.Combine(folder, "val", "1.JPEG"));
        File.WriteAllText(Path.Combine(folder, "synsets.txt"), "n01 tench, Tinca tinca");
        File.WriteAllText(Path.Combine(folder, "truth.txt"), "1");

        var view = Context.MaskedPretraining.ImageNet(Path.Combine(folder, "val"), Path.Combine(folder, "synsets.txt"), Path.Combine(folder, "truth.txt"));

        Assert.AreSequenceEqual(["tench"], Columns.Texts(view, "Label"));
    }

    [TestMethod]
    public void ImageNet9Variants_SomeThere_AreViewsOfNineClasses()
    {
        string folder = NewFolder();
        foreach (string name in ImageNet9.ClassNames)
        {
            SavePng(Path.Combine(folder, "mixed_rand", "val", name, "1.JPEG"));
        }

        var variants = Context.MaskedPretraining.ImageNet9Variants(folder);

        Assert.AreSequenceEqual([BackgroundVariant.MixedRandom], variants.Keys);
        Assert.AreSequenceEqual(ImageNet9.ClassNames, Columns.Texts(variants[BackgroundVariant.MixedRandom], "Label"));
    }

    [TestMethod]
    public void ImageMaskPairs_UnreadablePhoto_LeavesMasksInStep()
    {
        string folder = NewFolder();
        foreach (int side in new[] { 4, 5, 6 })
        {
            SavePng(Path.Combine(folder, "images", $"{side}.png"), side);
            SavePng(Path.Combine(folder, "masks", $"{side}.png"), side);
        }

        File.WriteAllText(Path.Combine(folder, "images", "5.png"), "no photo");

        var view = Context.MaskedPretraining.ImageMaskPairs(Path.Combine(folder, "images"), Path.Combine(folder, "masks"));

        Assert.AreSequenceEqual(["ImagePath", "Image", "Mask"], view.Schema.Select(column => column.Name).ToArray());
        Assert.AreSequenceEqual([4, 6], Columns.Values<MLImage>(view, "Mask").Select(mask => mask.Width).ToArray());
    }

    [TestMethod]
    public void ImageMaskPairs_RealObjects_ComposeToEveryVariant()
    {
        if (SharedData.Find("data/objects") is not { } folder)
        {
            return;
        }

        var pairs = ImageMaskPairs.Open(Path.Combine(folder, "images"), Path.Combine(folder, "masks"), new MLImageDecoder());
        Assert.AreEqual(300, pairs.Masks.Count);
        int[] first = [.. Enumerable.Range(0, 6)];
        var images = new LabeledImageSource(FilteredImageSource.Of(pairs.Images, first), [.. first.Select(index => index % 2)], ["even", "odd"]);
        var photos = new ObjectPhotos(images, FilteredImageSource.Of(pairs.Masks, first));

        foreach (var variant in Enum.GetValues<BackgroundVariant>().Where(variant => variant != BackgroundVariant.Original))
        {
            var (original, composed) = (images.Load(5), photos.Compose(variant).Load(5));
            Assert.AreEqual((original.Width, original.Height), (composed.Width, composed.Height));
            Assert.IsFalse(original.Pixels.AsSpan().SequenceEqual(composed.Pixels), $"{variant}");
        }
    }

    [TestMethod]
    public void GeneratedScenes_Mask_IsWhiteOnTheObject()
    {
        var scenes = new GeneratedScenes(2, 32, 3, SceneSplit.Test);
        bool[] expected = scenes.MaskOf(1);

        var mask = Columns.Values<MLImage>(Context.MaskedPretraining.GeneratedScenes(2, 32, SceneSplit.Test, 3), "Mask")[1];

        for (int pixel = 0; pixel < expected.Length; pixel++)
        {
            Assert.AreEqual(expected[pixel] ? byte.MaxValue : 0, mask.Pixels[4 * pixel]);
        }
    }

    private static void SavePng(string path, int side = 4)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PngWriter.Save(path, new ColorImages(1, side).Load(0));
    }

    private string NewFolder() => Directory.CreateDirectory(Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}")).FullName;
}
