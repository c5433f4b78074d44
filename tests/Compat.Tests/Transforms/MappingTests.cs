using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Compat.Tests.Transforms;

[TestClass]
public sealed class MappingTests
{
    private static readonly MLContext Context = new(1);

    private static IDataView Names(params string[] names) => Context.Data.LoadFromEnumerable(names.Select(name => new Point { Name = name }).ToArray());

    [TestMethod]
    public void MapValueToKey_Values_AreNumberedByOccurrenceFromOne()
    {
        var transformer = Context.Transforms.Conversion.MapValueToKey("Key", "Name").Fit(Names("b", "", "a", "b"));
        IDataView result = transformer.Transform(Names("a", "b", "unknown", ""));
        CollectionAssert.AreEqual(new uint[] { 2, 1, 0, 0 }, result.GetColumn<uint>("Key").ToArray());
        Assert.AreEqual("Key<UInt32, 0-1>", result.Schema["Key"].Type.ToString());
        Assert.AreEqual("b a", KeyValues(result, "Key"));
    }

    [TestMethod]
    public void MapValueToKey_ByValueOrByKeyData_TakesThatOrder()
    {
        IDataView data = Names("b", "a", "c");
        IDataView sorted = Context.Transforms.Conversion.MapValueToKey("Key", "Name", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 2, 1, 3 }, sorted.GetColumn<uint>("Key").ToArray());
        IDataView given = Context.Transforms.SelectColumns("Name").Fit(data).Transform(Names("c", "b"));
        IDataView mapped = Context.Transforms.Conversion.MapValueToKey("Key", "Name", keyData: given).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 2, 0, 1 }, mapped.GetColumn<uint>("Key").ToArray());
        Assert.AreEqual("c b", KeyValues(mapped, "Key"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Transforms.Conversion.MapValueToKey("Key", "Name", keyData: data));
    }

    [TestMethod]
    public void MapKeyToValue_Keys_AreTheirValuesAgain()
    {
        IDataView data = Names("b", "a", "");
        IDataView result = Context.Transforms.Conversion.MapValueToKey("Key", "Name").Append(Context.Transforms.Conversion.MapKeyToValue("Back", "Key")).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "b", "a", "" }, result.GetColumn<string>("Back").ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Transforms.Conversion.MapKeyToValue("Back", "Name").Fit(data));
    }

    [TestMethod]
    public void MapValue_ToKeys_CarriesTheirNamesAndVectors()
    {
        IDataView names = Names("x", "y");
        IDataView lookup = Context.Transforms.Conversion.MapValueToKey("Value", "Name").Fit(names).Transform(Context.Data.LoadFromEnumerable(
            new[] { new Point { Number = 0, Name = "x" }, new Point { Number = 1.5f, Name = "y" } }));
        IDataView data = Context.Data.LoadFromEnumerable(new[] { new Point { Number = 1.5f, Values = [0, 1.5f, 9] } });
        IDataView result = Context.Transforms.Conversion.MapValue("One", lookup, lookup.Schema["Number"], lookup.Schema["Value"], "Number")
            .Append(Context.Transforms.Conversion.MapValue("Many", lookup, lookup.Schema["Number"], lookup.Schema["Value"], "Values")).Fit(data).Transform(data);
        Assert.AreEqual(2u, result.GetColumn<uint>("One").Single());
        CollectionAssert.AreEqual(new uint[] { 1, 2, 0 }, result.GetColumn<uint[]>("Many").Single());
        Assert.AreEqual("Vector<Key<UInt32, 0-1>, 3>", result.Schema["Many"].Type.ToString());
        Assert.AreEqual("x y", KeyValues(result, "One"));
    }

    [TestMethod]
    public void ConvertType_ToSingle_KeepsValues()
    {
        IDataView data = Context.Data.LoadFromEnumerable(Point.Some(2));
        IDataView result = Context.Transforms.Conversion.ConvertType("F", "Flag").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { 1f, 0 }, result.GetColumn<float>("F").ToArray());
    }

    internal static string KeyValues(IDataView data, string column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        data.Schema[column].GetKeyValues(ref values);
        return string.Join(' ', values.DenseValues());
    }
}
