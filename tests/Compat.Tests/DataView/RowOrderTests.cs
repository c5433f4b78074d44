using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.Tests.DataView;

[TestClass]
public sealed class RowOrderTests
{
    private static readonly MLContext Context = new(1);

    private static IDataView Data(int count) => Context.Data.LoadFromEnumerable(Point.Some(count));

    private static float[] Numbers(IDataView data) => [.. data.GetColumn<float>("Number")];

    [TestMethod]
    public void SkipAndTake_Rows_AreTheOnesBetween()
        => CollectionAssert.AreEqual(new[] { 2f, 3, 4 }, Numbers(Context.Data.TakeRows(Context.Data.SkipRows(Data(9), 2), 3)));

    [TestMethod]
    public void Shuffle_SmallPool_KeepsEveryRowOnceAndRowsWhole()
    {
        IDataView shuffled = Context.Data.ShuffleRows(Data(50), seed: 3, shufflePoolSize: 7);
        float[] first = Numbers(shuffled);
        CollectionAssert.AreEquivalent(Numbers(Data(50)), first);
        CollectionAssert.AreNotEqual(Numbers(Data(50)), first);
        CollectionAssert.AreEqual(first, Numbers(shuffled), "a second pass has the order of the first");
        foreach (Point row in Context.Data.CreateEnumerable<Point>(shuffled, false))
        {
            Assert.AreEqual(row.Number + 0.5f, row.Values[1]);
        }
    }

    [TestMethod]
    public void TrainTestSplit_Parts_ShareNoRowAndLackNone()
    {
        DataOperationsCatalog.TrainTestData split = Context.Data.TrainTestSplit(Data(200), 0.25, seed: 5);
        float[] train = Numbers(split.TrainSet), test = Numbers(split.TestSet);
        CollectionAssert.AreEquivalent(Numbers(Data(200)), train.Concat(test).ToArray());
        Assert.IsInRange(25, 80, test.Length);
    }

    [TestMethod]
    public void TrainTestSplit_ByKey_KeepsEqualKeysTogether()
    {
        DataOperationsCatalog.TrainTestData split = Context.Data.TrainTestSplit(Data(60), 0.4, "Name", seed: 1);
        Assert.IsEmpty(split.TrainSet.GetColumn<string>("Name").Intersect(split.TestSet.GetColumn<string>("Name")).ToArray());
    }

    [TestMethod]
    public void Cache_SecondPass_DoesNotAskTheSource()
    {
        int asked = 0;
        IEnumerable<Point> Rows()
        {
            asked++;
            foreach (Point row in Point.Some(4))
            {
                yield return row;
            }
        }

        IDataView cached = Context.Data.Cache(Context.Data.LoadFromEnumerable(Rows()));
        CollectionAssert.AreEqual(Numbers(cached), Numbers(cached));
        Assert.AreEqual(1, asked);
    }

    [TestMethod]
    public void CacheAndShuffle_ImageColumns_AreLeftOut()
    {
        IDataView data = Context.Data.LoadFromEnumerable(Array.Empty<Images.ImageRow>());
        Assert.AreEqual(0, Context.Data.Cache(data).Schema.Count);
        Assert.AreEqual(0, Context.Data.ShuffleRows(data).Schema.Count);
    }
}
