using Compat.Tests.Support;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Compat.Tests.Transforms;

[TestClass]
public sealed class NaiveBayesTests
{
    private static readonly MLContext Context = new(1);

    [TestMethod]
    public void NaiveBayes_OneHotRows_NamesTheHotClassAlsoAfterLoading()
    {
        using var folder = new Folder();
        IDataView data = Context.Data.LoadFromEnumerable(OneHotRow.Each);
        ITransformer model = Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.MulticlassClassification.Trainers.NaiveBayes()).Fit(data);
        Context.Model.Save(model, data.Schema, folder.File("m.zip"));
        ITransformer loaded = Context.Model.Load(folder.File("m.zip"), out _);
        foreach (ITransformer each in new[] { model, loaded })
        {
            IDataView result = each.Transform(data);
            CollectionAssert.AreEqual(new uint[] { 1, 2, 3 }, result.GetColumn<uint>("PredictedLabel").ToArray());
            Assert.AreEqual("cat dog owl", MappingTests.KeyValues(result, "PredictedLabel"));
            Assert.IsTrue(result.Schema["Score"].HasSlotNames());
            Assert.IsNotNull(result.Schema["Score"].Annotations.Schema.GetColumnOrNull("TrainingLabelValues"));
            // log 1/3 for the class, log 2/4 twice for what is absent, log 2/4 for what is present.
            Assert.AreEqual(Math.Log(1 / 3.0) + 3 * Math.Log(0.5), result.GetColumn<float[]>("Score").First()[0], 1e-5);
        }
    }

    [TestMethod]
    public void Transform_OtherDimensionsThanInTraining_AreRefused()
    {
        IDataView data = Context.Data.LoadFromEnumerable(OneHotRow.Each);
        ITransformer model = Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.MulticlassClassification.Trainers.NaiveBayes()).Fit(data);
        SchemaDefinition flat = SchemaDefinition.Create(typeof(OneHotRow));
        flat["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        IDataView other = Context.Data.LoadFromEnumerable(OneHotRow.Each, flat);
        ArgumentOutOfRangeException error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(other));
        Assert.Contains("Schema mismatch for feature column 'Features': expected Vector<Single, 1, 3>, got Vector<Single, 3>", error.Message);
    }
}
