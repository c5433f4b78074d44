using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.Tests.Chains;

[TestClass]
public sealed class ChainTests
{
    private static readonly MLContext Context = new(1);

    private static IDataView Data => Context.Data.LoadFromEnumerable(Point.Some(6));

    [TestMethod]
    public void Fit_StepThatDoesNotFit_TrainsNothing()
    {
        var counting = new CountingEstimator();
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => counting.Append(Context.Transforms.CopyColumns("a", "Missing")).Fit(Data));
        Assert.AreEqual("inputSchema", error.ParamName);
        Assert.Contains("Could not find input column 'Missing'", error.Message);
        Assert.AreEqual(0, counting.Fits);
    }

    [TestMethod]
    public void Transform_ColumnOfAKnownName_HidesTheFormer()
    {
        IDataView result = Context.Transforms.CopyColumns("Number", "Flag").Fit(Data).Transform(Data);
        Assert.AreEqual(2, result.Schema.Count(column => column.Name == "Number"));
        Assert.AreEqual(1, result.Schema.Count(column => column.Name == "Number" && column.IsHidden));
        Assert.AreEqual("Boolean", result.Schema["Number"].Type.ToString());
    }

    [TestMethod]
    public void SelectAndDrop_Columns_KeepOrderAndHidden()
    {
        IDataView hidden = Context.Transforms.CopyColumns("Number", "Flag").Fit(Data).Transform(Data);
        Assert.AreEqual("Values Number", Names(Context.Transforms.SelectColumns("Values", "Number").Fit(hidden).Transform(hidden)));
        Assert.AreEqual("Values Number Number", Names(Context.Transforms.SelectColumns(["Values", "Number"], keepHidden: true).Fit(hidden).Transform(hidden)));
        Assert.AreEqual("Name Values Flag", Names(Context.Transforms.DropColumns("Number").Fit(hidden).Transform(hidden)));
    }

    [TestMethod]
    public void Append_TrainTestScope_IsLeftOutOfScoring()
    {
        TransformerChain<ITransformer> chain = new EstimatorChain<ITransformer>().Append(Context.Transforms.CopyColumns("a", "Number"))
            .Append<ITransformer>(Context.Transforms.CopyColumns("b", "Number"), TransformerScope.TrainTest).Fit(Data);
        Assert.IsNull(chain.Transform(Data).Schema.GetColumnOrNull("b"));
        Assert.IsNotNull(chain.Transform(Data, TransformerScope.Testing).Schema.GetColumnOrNull("b"));
    }

    [TestMethod]
    public void IsRowToRowMapper_OneMemberIsNone_NeitherIsTheChain()
    {
        Assert.IsTrue(((ITransformer)Context.Transforms.CopyColumns("a", "Number").Append(Context.Transforms.DropColumns("Name")).Fit(Data)).IsRowToRowMapper);
        ITransformer chain = new CountingEstimator().Append(Context.Transforms.CopyColumns("a", "Number")).Fit(Data);
        Assert.IsFalse(chain.IsRowToRowMapper);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Model.CreatePredictionEngine<Point, Point>(chain));
    }

    [TestMethod]
    public void CacheCheckpointAndOnFit_InAChain_SeeTheSameRows()
    {
        ITransformer? seen = null;
        var chain = Context.Transforms.CopyColumns("a", "Number").AppendCacheCheckpoint(Context)
            .Append(Context.Transforms.Conversion.MapValueToKey("key", "Name").WithOnFitDelegate(fitted => seen = fitted)).Fit(Data);
        Assert.IsNotNull(seen);
        CollectionAssert.AreEqual(new uint[] { 0, 1, 2, 0, 1, 2 }, chain.Transform(Data).GetColumn<uint>("key").ToArray());
    }

    [TestMethod]
    public void Concatenate_ScalarAndVector_JoinsValues()
    {
        IDataView result = Context.Transforms.Concatenate("All", "Number", "Values").Fit(Data).Transform(Data);
        Assert.AreEqual("Vector<Single, 4>", result.Schema["All"].Type.ToString());
        CollectionAssert.AreEqual(new[] { 2, 2, 2.5f, -2 }, result.GetColumn<float[]>("All").ElementAt(2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Transforms.Concatenate("All", "Number", "Name").Fit(Data));
    }

    private static string Names(IDataView data) => string.Join(' ', data.Schema.Select(column => column.Name));
}
