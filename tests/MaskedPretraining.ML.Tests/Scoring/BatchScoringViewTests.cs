using MaskedPretraining.ML.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Scoring;

[TestClass]
public sealed class BatchScoringViewTests
{
    private const int Rows = 11;

    private static IDataView Data(MLContext ml) => ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, Rows).Select(i => new NumberedRow(i)).ToList());

    private static ScoringPlan Plan(SummingModel model) => new()
    {
        Input = new InputColumn("Numbers", "Numbers", null, _ => null),
        Model = model,
        Columns = [new VectorScoreColumn("Sum", new VectorDataViewType(NumberDataViewType.Single, 1), 0)],
    };

    [TestMethod]
    public void GetRowCursorSet_FourAskedFor_GiveEveryRowOnceInOrder()
    {
        var view = new BatchScoringView(Plan(new SummingModel(3)), Data(new MLContext()));
        var cursors = view.GetRowCursorSet(view.Schema, 4);
        Assert.HasCount(1, cursors);
        using var cursor = cursors[0];
        var sum = cursor.GetGetter<VBuffer<float>>(view.Schema["Sum"]);
        var sums = new List<float>();
        for (VBuffer<float> value = default; cursor.MoveNext();)
        {
            sum(ref value);
            sums.Add(value.GetItemOrDefault(0));
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, Rows).Select(i => 111f * i).ToArray(), sums);
    }

    [TestMethod]
    public void GetRowCursor_AllColumns_ServesBufferedValuesOfTheRightRow()
    {
        var model = new SummingModel(3);
        var view = new BatchScoringView(Plan(model), Data(new MLContext()));
        using var cursor = view.GetRowCursor(view.Schema);
        var number = cursor.GetGetter<int>(view.Schema["Number"]);
        var name = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Name"]);
        var numbers = cursor.GetGetter<VBuffer<float>>(view.Schema["Numbers"]);
        var sum = cursor.GetGetter<VBuffer<float>>(view.Schema["Sum"]);
        int row = 0;
        for (; cursor.MoveNext(); row++)
        {
            (int n, ReadOnlyMemory<char> text, VBuffer<float> vector, VBuffer<float> total) = (0, default, default, default);
            number(ref n);
            name(ref text);
            numbers(ref vector);
            sum(ref total);
            Assert.AreEqual(row, n);
            Assert.AreEqual(row, cursor.Position);
            Assert.AreEqual($"row {row}", text.ToString());
            Assert.AreEqual(100f * row, vector.GetItemOrDefault(2));
            Assert.AreEqual(111f * row, total.GetItemOrDefault(0));
        }

        Assert.AreEqual(Rows, row);
        Assert.AreSequenceEqual([4, 4, 3], model.BatchSizes);
    }

    [TestMethod]
    public void GetRowCursor_NoScoreWanted_DoesNotRunTheModel()
    {
        var model = new SummingModel(3);
        var view = new BatchScoringView(Plan(model), Data(new MLContext()));
        Assert.AreSequenceEqual(Enumerable.Range(0, Rows).ToArray(), Columns.Values<int>(view, "Number"));
        Assert.IsEmpty(model.BatchSizes);
    }

    [TestMethod]
    public void GetRowCursor_SeveralAtOnce_AreIndependent()
    {
        var view = new BatchScoringView(Plan(new SummingModel(3)), Data(new MLContext()));
        using var first = view.GetRowCursor(view.Schema);
        using var second = view.GetRowCursor(view.Schema);
        var firstSum = first.GetGetter<VBuffer<float>>(view.Schema["Sum"]);
        var secondSum = second.GetGetter<VBuffer<float>>(view.Schema["Sum"]);
        first.MoveNext();
        first.MoveNext();
        second.MoveNext();
        (VBuffer<float> one, VBuffer<float> zero) = (default, default);
        firstSum(ref one);
        secondSum(ref zero);
        Assert.AreEqual(111f, one.GetItemOrDefault(0));
        Assert.AreEqual(0f, zero.GetItemOrDefault(0));
    }

    [TestMethod]
    public void GetRowCursor_ColumnNotAskedFor_SaysSo()
    {
        var view = new BatchScoringView(Plan(new SummingModel(3)), Data(new MLContext()));
        using var cursor = view.GetRowCursor([view.Schema["Sum"]]);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Number"]));
        Assert.Contains("'Number'", exception.Message);
    }

    [TestMethod]
    public void GetRow_ThroughTheMapper_EqualsTheCursor()
    {
        var data = Data(new MLContext());
        var plan = Plan(new SummingModel(3));
        var mapper = new ScoringMapper(plan, data.Schema);
        var column = mapper.OutputSchema["Sum"];
        using var cursor = data.GetRowCursor(mapper.GetDependencies([column]));
        var getter = mapper.GetRow(cursor, [column]).GetGetter<VBuffer<float>>(column);
        var sums = new List<float>();
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            sums.Add(value.GetItemOrDefault(0));
        }

        Assert.AreSequenceEqual(Columns.Vectors(new BatchScoringView(plan, data), "Sum").Select(row => row[0]).ToArray(), sums);
    }

    [TestMethod]
    public void Scoring_RowByRowOrInBatches_UsesTheModelMadeForIt()
    {
        var data = Data(new MLContext());
        var model = new SummingModel(3) { Single = new SummingModel(3) };
        var plan = Plan(model);
        Columns.Vectors(new BatchScoringView(plan, data), "Sum");
        Assert.IsEmpty(model.Single.BatchSizes);
        var mapper = new ScoringMapper(plan, data.Schema);
        using var cursor = data.GetRowCursor(data.Schema);
        using var row = mapper.GetRow(cursor, [mapper.OutputSchema["Sum"]]);
        var sum = row.GetGetter<VBuffer<float>>(mapper.OutputSchema["Sum"]);
        cursor.MoveNext();
        VBuffer<float> value = default;
        sum(ref value);
        Assert.AreSequenceEqual([4, 4, 3], model.BatchSizes);
        Assert.AreSequenceEqual([1], model.Single.BatchSizes);
    }

    [TestMethod]
    public void Transform_OutputNameOfAnInput_HidesIt()
    {
        var data = Data(new MLContext());
        var plan = new ScoringPlan
        {
            Input = new InputColumn("Numbers", "Numbers", null, _ => null),
            Model = new SummingModel(3),
            Columns = [new VectorScoreColumn("Numbers", new VectorDataViewType(NumberDataViewType.Single, 1), 0)],
        };
        var view = new BatchScoringView(plan, data);
        Assert.HasCount(data.Schema.Count + 1, view.Schema);
        Assert.AreEqual(111f, Columns.Vectors(view, "Numbers")[1][0]);
    }
}
