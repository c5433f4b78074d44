using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.Tests.DataView;

[TestClass]
public sealed class EnumerableTests
{
    private static readonly MLContext Context = new(1);

    [TestMethod]
    public void LoadFromEnumerable_Properties_BecomeColumns()
    {
        IDataView data = Context.Data.LoadFromEnumerable(Point.Some(4));
        CollectionAssert.AreEquivalent(new[] { "Number", "Name", "Values", "Flag" }, data.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual("Vector<Single, 3>", data.Schema["Values"].Type.ToString());
        Assert.AreEqual("String", data.Schema["Name"].Type.ToString());
        Assert.AreEqual("Boolean", data.Schema["Flag"].Type.ToString());
        Assert.AreEqual(4L, data.GetRowCount());
    }

    [TestMethod]
    public void CreateEnumerable_OfLoadedRows_GivesThemBack()
    {
        Point[] rows = Point.Some(5);
        Point[] back = [.. Context.Data.CreateEnumerable<Point>(Context.Data.LoadFromEnumerable(rows), reuseRowObject: false)];
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.AreEqual(rows[i].Number, back[i].Number);
            Assert.AreEqual(rows[i].Name, back[i].Name);
            Assert.AreEqual(rows[i].Flag, back[i].Flag);
            CollectionAssert.AreEqual(rows[i].Values, back[i].Values);
            Assert.AreNotSame(rows[i].Values, back[i].Values);
        }
    }

    [TestMethod]
    public void CreateEnumerable_MissingColumn_ThrowsUnlessIgnored()
    {
        IDataView data = Context.Transforms.DropColumns("Number").Fit(Context.Data.LoadFromEnumerable(Point.Some(2))).Transform(Context.Data.LoadFromEnumerable(Point.Some(2)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Data.CreateEnumerable<Point>(data, false).ToArray());
        Assert.HasCount(2, Context.Data.CreateEnumerable<Point>(data, false, ignoreMissingColumns: true).ToArray());
    }

    [TestMethod]
    public void SchemaDefinition_WithSizesAndAnnotations_IsTaken()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Point));
        definition["Values"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, 3);
        definition["Values"].AddAnnotation("SlotNames", new[] { "a", "b", "c" }, new VectorDataViewType(TextDataViewType.Instance, 3));
        IDataView data = Context.Data.LoadFromEnumerable(Point.Some(2), definition);
        Assert.AreEqual("Vector<Single, 1, 3>", data.Schema["Values"].Type.ToString());
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["Values"].GetSlotNames(ref names);
        Assert.AreEqual("a b c", string.Join(' ', names.DenseValues()));
        Assert.IsTrue(data.Schema["Values"].HasSlotNames());
    }

    [TestMethod]
    public void GetColumn_ByType_ConvertsTextAndVectors()
    {
        IDataView data = Context.Data.LoadFromEnumerable(Point.Some(3));
        CollectionAssert.AreEqual(new[] { "", "n1", "n2" }, data.GetColumn<string>("Name").ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1.5f, -1 }, data.GetColumn<float[]>("Values").ElementAt(1));
    }

    [TestMethod]
    public void LoadFromEnumerable_KeyMember_CountsFromZeroInTheObjectAndFromOneInTheColumn()
    {
        IDataView data = Context.Data.LoadFromEnumerable(new KeyRow[] { new() { Key = 0 }, new() { Key = 2 }, new() { Key = 3 } });
        CollectionAssert.AreEqual(new uint[] { 1, 3, 0 }, data.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new uint[] { 1, 3, 0 }, Context.Data.CreateEnumerable<KeyRow>(data, false).Select(row => row.Key).ToArray());
    }
}
