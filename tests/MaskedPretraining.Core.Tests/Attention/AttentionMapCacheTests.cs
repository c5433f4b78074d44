using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Tests.Imaging;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class AttentionMapCacheTests
{
    private const string Maker = "encoder 1, mean of heads";

    // Magic, rows and columns, hash of the maker.
    private const int HeaderLength = 48;

    // Key, checksum, six cells.
    private const int RecordLength = 32;

    private static readonly PatchGrid Grid = new(2, 3);

    [TestMethod]
    public void Select_SavedAndReopened_GivesEachImageItsMap()
    {
        using var folder = new TestFolder();
        using (var cache = Filled(folder, 5))
        {
            cache.Save();
        }

        using var reopened = Open(folder);

        Assert.AreEqual(5, reopened.Count);
        AssertMaps(reopened.Select([Key(3), Key(0), Key(3), Key(4)]), 3, 0, 3, 4);
    }

    [TestMethod]
    public void Select_AFewSaves_KeepsEveryMap()
    {
        using var folder = new TestFolder();
        using var cache = Filled(folder, 2);
        cache.Save();
        cache.Add(Key(2), Map(2));
        cache.Save();
        cache.Add(Key(3), Map(3));

        AssertMaps(cache.Select([Key(0), Key(1), Key(2), Key(3)]), 0, 1, 2, 3);
        Assert.AreEqual(HeaderLength + (4 * RecordLength), new FileInfo(PathIn(folder)).Length);
    }

    [TestMethod]
    public void CopyTo_Values_AreThoseOfATable()
    {
        using var folder = new TestFolder();
        using var cache = Open(folder);
        float[] map = [0, 1e-5f, 0.33333f, 1, 37, 2048];
        cache.Add(Key(0), map);
        var table = new AttentionMapTable(1, Grid);
        table.Set(0, map);

        float[] fromCache = new float[6], fromTable = new float[6];
        cache.Select([Key(0)]).CopyTo(0, fromCache);
        table.CopyTo(0, fromTable);

        CollectionAssert.AreEqual(fromTable, fromCache);
        Assert.AreEqual(37f, fromCache[4], "part numbers come back exactly");
    }

    [TestMethod]
    public void TryGet_UnsavedSavedAndUnknown_FindsTheFirstTwo()
    {
        using var folder = new TestFolder();
        using var cache = Filled(folder, 1);
        cache.Save();
        cache.Add(Key(1), Map(1));
        float[] map = new float[6];

        Assert.IsTrue(cache.TryGet(Key(0), map));
        CollectionAssert.AreEqual(Map(0), map);
        Assert.IsTrue(cache.TryGet(Key(1), map));
        CollectionAssert.AreEqual(Map(1), map);
        Assert.IsFalse(cache.TryGet(Key(2), map));
    }

    [TestMethod]
    public void Constructor_OtherMakerOrGrid_TakesTheFileForStaleAndReplacesIt()
    {
        using var folder = new TestFolder();
        using (var cache = Filled(folder, 3))
        {
            cache.Save();
        }

        using (var otherGrid = new AttentionMapCache(PathIn(folder), Maker, new PatchGrid(3, 2)))
        {
            Assert.AreEqual(0, otherGrid.Count);
        }

        using (var otherMaker = new AttentionMapCache(PathIn(folder), "encoder 2", Grid))
        {
            Assert.AreEqual(0, otherMaker.Count);
            otherMaker.Add(Key(7), Map(7));
            otherMaker.Save();
        }

        using var old = Open(folder);
        Assert.AreEqual(0, old.Count);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(20)]
    [DataRow(HeaderLength)]
    [DataRow(HeaderLength + RecordLength + 1)]
    public void Constructor_FileCutShort_StartsAnew(int length)
    {
        using var folder = new TestFolder();
        using (var cache = Filled(folder, 3))
        {
            cache.Save();
        }

        using (var stream = File.OpenWrite(PathIn(folder)))
        {
            stream.SetLength(length);
        }

        using var damaged = Open(folder);
        Assert.AreEqual(0, damaged.Count);
        damaged.Add(Key(1), Map(1));
        AssertMaps(damaged.Select([Key(1)]), 1);
    }

    [TestMethod]
    [DataRow(0, DisplayName = "key")]
    [DataRow(17, DisplayName = "checksum")]
    [DataRow(25, DisplayName = "cell")]
    public void TryGet_OneRecordDamaged_ForgetsThatMapAlone(int place)
    {
        using var folder = new TestFolder();
        using (var cache = Filled(folder, 3))
        {
            cache.Save();
        }

        byte[] bytes = File.ReadAllBytes(PathIn(folder));
        bytes[HeaderLength + RecordLength + place] ^= 1;
        File.WriteAllBytes(PathIn(folder), bytes);

        using var damaged = Open(folder);
        float[] map = new float[6];
        Assert.AreEqual(2, damaged.Count);
        Assert.IsFalse(damaged.TryGet(Key(1), map));
        damaged.Add(Key(1), Map(1));
        AssertMaps(damaged.Select([Key(0), Key(1), Key(2)]), 0, 1, 2);
        Assert.AreEqual(HeaderLength + (3 * RecordLength), new FileInfo(PathIn(folder)).Length, "the damaged record is gone");
    }

    [TestMethod]
    public void Constructor_ProcessEndedWhileWriting_HasTheMapsOfTheLastSave()
    {
        using var folder = new TestFolder();
        using (var cache = Filled(folder, 2))
        {
            cache.Save();
            cache.Add(Key(2), Map(2));
        }

        File.WriteAllBytes(PathIn(folder) + ".partial", [1, 2, 3]);

        using var reopened = Open(folder);
        Assert.AreEqual(2, reopened.Count);
        AssertMaps(reopened.Select([Key(1), Key(0)]), 1, 0);
    }

    [TestMethod]
    public void Save_CannotWrite_SaysSoAndKeepsTheMaps()
    {
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "missing", "maps");
        using var cache = new AttentionMapCache(path, Maker, Grid);
        cache.Add(Key(0), Map(0));

        Assert.Contains(path, Assert.Throws<IOException>(cache.Save).Message);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        AssertMaps(cache.Select([Key(0)]), 0);
    }

    [TestMethod]
    public void Select_UnknownImage_Throws()
    {
        using var folder = new TestFolder();
        using var cache = Filled(folder, 1);
        Assert.ThrowsExactly<KeyNotFoundException>(() => cache.Select([Key(5)]));
    }

    [TestMethod]
    public void CopyTo_ManyThreads_GiveEveryoneTheirMap()
    {
        using var folder = new TestFolder();
        using var cache = Filled(folder, 50);
        var maps = cache.Select([.. Enumerable.Range(0, 50).Select(Key)]);

        Parallel.For(0, 2000, number =>
        {
            float[] map = new float[6];
            maps.CopyTo(number % 50, map);
            CollectionAssert.AreEqual(Map(number % 50), map);
        });
    }

    [TestMethod]
    public void ImageKey_Of_TellsContentsApartAndNothingElse()
    {
        byte[] pixels = [.. Enumerable.Range(0, 18).Select(value => (byte)value)];
        byte[] changed = [.. pixels];
        changed[17] ^= 1;
        var key = ImageKey.Of(new RgbImage(3, 2, pixels));

        Assert.AreEqual(key, ImageKey.Of(new RgbImage(3, 2, [.. pixels])));
        Assert.AreNotEqual(key, ImageKey.Of(new RgbImage(3, 2, changed)));
        Assert.AreNotEqual(key, ImageKey.Of(new RgbImage(2, 3, pixels)), "the same bytes in another shape");
        Assert.AreNotEqual(key, ImageKey.Of(new RgbImage(6, 3, pixels, 1)));
    }

    private static AttentionMapCache Open(TestFolder folder) => new(PathIn(folder), Maker, Grid);

    private static string PathIn(TestFolder folder) => Path.Combine(folder.Path, "attention.maps");

    private static AttentionMapCache Filled(TestFolder folder, int images)
    {
        var cache = Open(folder);
        for (int image = 0; image < images; image++)
        {
            cache.Add(Key(image), Map(image));
        }

        return cache;
    }

    private static ImageKey Key(int image) => ImageKey.Of(new RgbImage(1, 1, [(byte)image, 0, 0]));

    // Multiples of 1/64 below 8: exact in half precision.
    private static float[] Map(int image) => [.. Enumerable.Range(0, 6).Select(cell => ((image * 6) + cell) / 64f)];

    private static void AssertMaps(IAttentionMaps maps, params int[] images)
    {
        Assert.AreEqual(images.Length, maps.Count);
        Assert.AreEqual(Grid, maps.Grid);
        float[] map = new float[6];
        for (int place = 0; place < images.Length; place++)
        {
            maps.CopyTo(place, map);
            CollectionAssert.AreEqual(Map(images[place]), map, $"place {place}");
        }
    }
}
