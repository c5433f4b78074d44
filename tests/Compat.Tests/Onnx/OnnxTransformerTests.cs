using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;
using static Compat.Tests.Support.TinyOnnx;

namespace Compat.Tests.Onnx;

[TestClass]
public sealed class OnnxTransformerTests
{
    private static readonly MLContext Context = new(1);

    private static readonly Node[] Doubling = [new("Add", ["x", "x"], ["y"])];

    [TestMethod]
    [DataRow(Float, new long[] { 0, 3 }, "Vector<Single, 1, 3>")]
    [DataRow(Float, new long[] { 1, 3 }, "Vector<Single, 1, 3>")]
    [DataRow(Float, new long[] { 3 }, "Vector<Single, 3>")]
    [DataRow(Float, new long[] { 0 }, "Vector<Single, 1>")]
    [DataRow(Float, new long[] { 2, 0 }, "Vector<Single>")]
    [DataRow(Long, new long[] { 0 }, "Vector<Int64, 1>")]
    [DataRow(Text, new long[] { 0, 3 }, "Vector<String, 1, 3>")]
    [DataRow(Float, new long[0], "Single")]
    [DataRow(Long, new long[0], "Int64")]
    [DataRow(Text, new long[0], "String")]
    public void OutputType_OfAShape_IsThePackages(int kind, long[] shape, string column)
    {
        using var folder = new Folder();
        Save(folder.File("m.onnx"), [new Value("x", kind, shape)], [new Value("y", kind, shape)], new Node("Identity", ["x"], ["y"]));
        var schema = new DataViewSchema.Builder();
        PrimitiveDataViewType item = kind == Float ? NumberDataViewType.Single : kind == Long ? NumberDataViewType.Int64 : TextDataViewType.Instance;
        schema.AddColumn("x", shape.Length == 0 ? item : new VectorDataViewType(item, 6));
        var data = new SchemaOnly(schema.ToSchema());
        using var transformer = Context.Transforms.ApplyOnnxModel(folder.File("m.onnx")).Fit(data);
        Assert.AreEqual(column, transformer.GetOutputSchema(data.Schema)["y"].Type.ToString());
    }

    [TestMethod]
    public void Getter_OfARankZeroOutput_Throws()
    {
        using var folder = new Folder();
        Save(folder.File("m.onnx"), [new Value("x", Float, 3)], [new Value("y", Float)], new Node("ReduceSum", ["x"], ["y"], "", ("keepdims", 0L)));
        IDataView data = Context.Data.LoadFromEnumerable(VectorRow.Some);
        using var transformer = Context.Transforms.ApplyOnnxModel(folder.File("m.onnx")).Fit(data);
        Assert.Throws<ArgumentNullException>(() => transformer.Transform(data).GetColumn<float>("y").ToArray());
    }

    [TestMethod]
    public void Transform_Rows_AreScoredOneByOne()
    {
        using var folder = new Folder();
        Save(folder.File("m.onnx"), [new Value("x", Float, 0, 3)], [new Value("y", Float, 0, 3)], Doubling);
        IDataView data = Context.Data.LoadFromEnumerable(VectorRow.Some);
        using var transformer = Context.Transforms.ApplyOnnxModel("y", "x", folder.File("m.onnx")).Fit(data);
        float[][] result = [.. transformer.Transform(data).GetColumn<float[]>("y")];
        for (int i = 0; i < result.Length; i++)
        {
            CollectionAssert.AreEqual(VectorRow.Some[i].x.Select(value => 2 * value).ToArray(), result[i]);
        }
    }

    [TestMethod]
    public void Transform_OutputWithSuffixAndSlotNames_ShowsThem()
    {
        using var folder = new Folder();
        Save(folder.File("m.onnx"), [new Value("x", Float, 0, 3)], [new Value("Score.output", Float, 0, 3), new Value("mlnet.z.unusedOutput", Long, 1)],
            new Node("Identity", ["x"], ["Score.output"]),
            new Node("Constant", [], ["unused"], "", ("value_strings", new[] { "a" })),
            new Node("LabelEncoder", ["unused"], ["mlnet.z.unusedOutput"], "mlnet.Score.SlotNames", ("keys_strings", new[] { "a", "b", "c" }), ("values_int64s", new long[] { 0, 1, 2 })));
        IDataView data = Context.Data.LoadFromEnumerable(VectorRow.Some);
        using var transformer = Context.Transforms.ApplyOnnxModel(folder.File("m.onnx")).Fit(data);
        DataViewSchema schema = transformer.GetOutputSchema(data.Schema);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        Assert.AreEqual("a b c", string.Join(' ', names.DenseValues()));
        Assert.IsNull(schema.GetColumnOrNull("mlnet.z.unusedOutput"));
    }

    [TestMethod]
    public void ApplyOnnxModel_WrongNamesTypesOrSizes_AreRefused()
    {
        using var folder = new Folder();
        Save(folder.File("m.onnx"), [new Value("x", Float, 0, 2)], [new Value("y", Float, 0, 2)], Doubling);
        IDataView three = Context.Data.LoadFromEnumerable(VectorRow.Some);
        Assert.Throws<IOException>(() => Context.Transforms.ApplyOnnxModel(folder.File("none.onnx")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Transforms.ApplyOnnxModel("z", "x", folder.File("m.onnx")));
        Assert.ThrowsExactly<InvalidOperationException>(() => Context.Transforms.ApplyOnnxModel("y", "x", folder.File("m.onnx")).Fit(three));
        IDataView texts = Context.Transforms.CopyColumns("x", "Name").Fit(Context.Data.LoadFromEnumerable(Point.Some(1))).Transform(Context.Data.LoadFromEnumerable(Point.Some(1)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Transforms.ApplyOnnxModel("y", "x", folder.File("m.onnx")).Fit(texts));
        File.WriteAllText(folder.File("bad.onnx"), "no model");
        Assert.ThrowsExactly<InvalidOperationException>(() => Context.Transforms.ApplyOnnxModel(folder.File("bad.onnx")));
    }

    [TestMethod]
    public void ApplyOnnxModel_ShapeDictionary_PutsTwoSamplesInARow()
    {
        using var folder = new Folder();
        Save(folder.File("m.onnx"), [new Value("x", Float, 0, 0)], [new Value("y", Float, 0, 0)], Doubling);
        IDataView data = Context.Data.LoadFromEnumerable(VectorRow.Some);
        var shapes = new Dictionary<string, int[]> { ["x"] = [3, 1], ["y"] = [3, 1] };
        using var transformer = Context.Transforms.ApplyOnnxModel("y", "x", folder.File("m.onnx"), shapes).Fit(data);
        Assert.AreEqual("Vector<Single, 3, 1>", transformer.GetOutputSchema(data.Schema)["y"].Type.ToString());
        CollectionAssert.AreEqual(new float[] { 2, 10, 4 }, transformer.Transform(data).GetColumn<float[]>("y").First());
    }

    [TestMethod]
    public void Save_ThenLoad_NeedsTheFileNoMoreAndRemovesItsOwn()
    {
        using var folder = new Folder();
        using var temporary = new Folder();
        Save(folder.File("m.onnx"), [new Value("x", Float, 0, 3)], [new Value("y", Float, 0, 3)], Doubling);
        IDataView data = Context.Data.LoadFromEnumerable(VectorRow.Some);
        using (var transformer = Context.Transforms.ApplyOnnxModel("y", "x", folder.File("m.onnx")).Fit(data))
        {
            Context.Model.Save(transformer, data.Schema, folder.File("model.zip"));
            File.Delete(folder.File("m.onnx"));
            Assert.Throws<IOException>(() => Context.Model.Save(transformer, data.Schema, folder.File("again.zip")));
        }

        var other = new MLContext { TempFilePath = temporary.Path };
        ITransformer loaded = other.Model.Load(folder.File("model.zip"), out _);
        CollectionAssert.AreEqual(new float[] { 8, 0, 0 }, loaded.Transform(data).GetColumn<float[]>("y").Last());
        ((IDisposable)loaded).Dispose();
        Assert.IsEmpty(Directory.GetFiles(temporary.Path, "*", SearchOption.AllDirectories));
    }
}
