using System.IO.Compression;
using Compat.Tests.Chains;
using Compat.Tests.Images;
using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.Tests.Models;

[TestClass]
public sealed class SaveLoadTests
{
    private static readonly MLContext Context = new(1);

    private static IDataView Data => Context.Data.LoadFromEnumerable(Point.Some(6));

    [TestMethod]
    public void Save_TransformerOfOutside_LoadsAsWhatItDelegatesTo()
    {
        using var folder = new Folder();
        ITransformer nested = Context.Transforms.CopyColumns("a", "Number").Append(Context.Transforms.Conversion.MapValueToKey("Key", "Name")).Fit(Data);
        var chain = new TransformerChain<ITransformer>(new LoweredTransformer(nested), Context.Transforms.DropColumns("Number").Fit(nested.Transform(Data)));
        Context.Model.Save(chain, Data.Schema, folder.File("m.zip"));
        ITransformer loaded = Context.Model.Load(folder.File("m.zip"), out DataViewSchema schema);
        Assert.IsInstanceOfType<TransformerChain<ITransformer>>(((TransformerChain<ITransformer>)loaded).First());
        CollectionAssert.AreEqual(chain.Transform(Data).GetColumn<uint>("Key").ToArray(), loaded.Transform(Data).GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(Data.Schema.Select(column => column.ToString()).ToArray(), schema.Select(column => column.ToString()).ToArray());
        Assert.IsNull(loaded.GetOutputSchema(schema).GetColumnOrNull("Number"));
    }

    [TestMethod]
    public void Save_TransformerThatWritesNothing_Throws()
    {
        using var stream = new MemoryStream();
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => Context.Model.Save(new UnsavedTransformer(), Data.Schema, stream));
        Assert.Contains("ModelSignature not specified!", error.Message);
    }

    [TestMethod]
    public void Load_EntriesOfOthers_AreLeftAlone()
    {
        using var folder = new Folder();
        Context.Model.Save(Context.Transforms.CopyColumns("a", "Number").Fit(Data), Data.Schema, folder.File("m.zip"));
        using (ZipArchive zip = ZipFile.Open(folder.File("m.zip"), ZipArchiveMode.Update))
        {
            using var writer = new StreamWriter(zip.CreateEntry("Mine/options.json").Open());
            writer.Write("{}");
        }

        Assert.IsNotNull(Context.Model.Load(folder.File("m.zip"), out _));
    }

    [TestMethod]
    public void Save_ImageColumn_IsMissingFromTheLoadedSchema()
    {
        using var stream = new MemoryStream();
        DataViewSchema schema = Context.Data.LoadFromEnumerable(Array.Empty<ImageRow>()).Schema;
        Context.Model.Save(Context.Transforms.CopyColumns("b", "Image").Fit(Context.Data.LoadFromEnumerable(Array.Empty<ImageRow>())), schema, stream);
        stream.Position = 0;
        Context.Model.Load(stream, out DataViewSchema loaded);
        Assert.AreEqual(0, loaded.Count);
    }

    [TestMethod]
    public void Save_KeyColumn_KeepsItsNames()
    {
        using var stream = new MemoryStream();
        IDataView keyed = Context.Transforms.Conversion.MapValueToKey("Key", "Name").Fit(Data).Transform(Data);
        Context.Model.Save(Context.Transforms.Conversion.MapKeyToValue("Back", "Key").Fit(keyed), keyed.Schema, stream);
        stream.Position = 0;
        Context.Model.Load(stream, out DataViewSchema loaded);
        VBuffer<ReadOnlyMemory<char>> names = default;
        loaded["Key"].GetKeyValues(ref names);
        Assert.AreEqual("n1 n2", string.Join(' ', names.DenseValues()));
    }

    [TestMethod]
    public void SaveThenLoad_EveryTransform_DoesTheSame()
    {
        using var folder = new Folder();
        ImageRow.Of(30, 20, (x, y) => ((byte)(x * 8), (byte)(y * 12), 7)).Image!.Save(folder.File("a.png"));
        IDataView data = Context.Data.LoadFromEnumerable([new PathRow { Path = "a.png" }]);
        IDataView lookup = Context.Data.LoadFromEnumerable([new Point { Name = "a.png", Number = 5 }]);
        ITransformer model = Context.Transforms.LoadImages("Image", folder.Path, "Path")
            .Append(Context.Transforms.ResizeImages("Sized", 8, 6, "Image"))
            .Append(Context.Transforms.ExtractPixels("Bytes", "Sized", outputAsFloatArray: false))
            .Append(Context.Transforms.Conversion.ConvertType("Singles", "Bytes"))
            .Append(Context.Transforms.Concatenate("Twice", "Singles", "Singles"))
            .Append(Context.Transforms.Conversion.MapValue("Five", lookup, lookup.Schema["Name"], lookup.Schema["Number"], "Path"))
            .Append(Context.Transforms.SelectColumns("Twice", "Five")).Fit(data);
        Context.Model.Save(model, data.Schema, folder.File("m.zip"));
        IDataView before = model.Transform(data), after = Context.Model.Load(folder.File("m.zip"), out _).Transform(data);
        Assert.AreEqual(string.Join(';', before.Schema), string.Join(';', after.Schema));
        Assert.AreEqual(5f, after.GetColumn<float>("Five").Single());
        CollectionAssert.AreEqual(before.GetColumn<float[]>("Twice").Single(), after.GetColumn<float[]>("Twice").Single());
    }

    [TestMethod]
    public void Load_NoModel_Throws()
    {
        using var folder = new Folder();
        File.WriteAllText(folder.File("m.zip"), "nothing");
        Assert.Throws<Exception>(() => Context.Model.Load(folder.File("m.zip"), out _));
    }
}
