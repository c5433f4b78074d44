using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;
using static Compat.Tests.Support.TinyOnnx;

namespace Compat.Tests.Predictions;

[TestClass]
public sealed class PredictionEngineTests
{
    private static readonly MLContext Context = new(1);

    [TestMethod]
    public void Predict_Examples_AreIndependent()
    {
        IDataView data = Context.Data.LoadFromEnumerable(Point.Some(3));
        ITransformer model = Context.Transforms.CopyColumns("a", "Number").Fit(data);
        using PredictionEngine<Point, Answer> engine = Context.Model.CreatePredictionEngine<Point, Answer>(model);
        Answer first = engine.Predict(Point.Some(3)[1]), second = engine.Predict(Point.Some(3)[2]);
        Assert.AreEqual(1f, first.a);
        Assert.AreEqual(2f, second.a);
        CollectionAssert.AreEqual(new[] { 1, 1.5f, -1 }, first.Values);
        Assert.AreEqual("n2", second.Name);
        Assert.AreEqual(-1f, second.NotThere);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Model.CreatePredictionEngine<Point, Answer>(model, ignoreMissingColumns: false));
    }

    [TestMethod]
    public void Dispose_OwnedTransformer_GoesWithTheEngineUnlessToldOtherwise()
    {
        using var folder = new Folder();
        Save(folder.File("m.onnx"), [new Value("Values", Float, 0, 3)], [new Value("Doubled", Float, 0, 3)], new Node("Add", ["Values", "Values"], ["Doubled"]));
        IDataView data = Context.Data.LoadFromEnumerable(Point.Some(3));
        var model = Context.Transforms.ApplyOnnxModel(folder.File("m.onnx")).Append(Context.Transforms.CopyColumns("Values", "Doubled")).Fit(data);
        using (var guest = Context.Model.CreatePredictionEngine<Point, Answer>(model, new PredictionEngineOptions { OwnsTransformer = false }))
        {
            CollectionAssert.AreEqual(new[] { 2f, 3, -2 }, guest.Predict(Point.Some(2)[1]).Values);
        }

        PredictionEngine<Point, Answer> owner = Context.Model.CreatePredictionEngine<Point, Answer>(model);
        CollectionAssert.AreEqual(new[] { 4f, 5, -4 }, owner.Predict(Point.Some(3)[2]).Values);
        owner.Dispose();
        Assert.Throws<Exception>(() => model.Transform(data).GetColumn<float[]>("Values").ToArray());
    }

    [TestMethod]
    public void CreatePredictionEngine_BySchema_TakesItsSizes()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Answer));
        definition["Values"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        DataViewSchema schema = Context.Data.LoadFromEnumerable(Array.Empty<Answer>(), definition).Schema;
        ITransformer model = Context.Transforms.CopyColumns("Copy", "Values").Fit(new SchemaOnly(schema));
        using PredictionEngine<Answer, Answer> engine = Context.Model.CreatePredictionEngine<Answer, Answer>(model, schema);
        Assert.AreEqual("Vector<Single, 2>", engine.OutputSchema["Copy"].Type.ToString());
    }
}
