using MaskedPretraining.ML.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Scoring;

/// <summary>Columns that are passed on decide how far rows are read ahead.</summary>
[TestClass]
public sealed class ColumnBufferTests
{
    [TestMethod]
    public void MoveNext_LargeVectorsPassedOn_HoldsAsManyAsMemoryAllows()
    {
        byte[] file = new byte[40 << 20];
        var model = new SummingModel(3);
        var view = View(Enumerable.Range(0, 5).Select(row => new FileRow { Numbers = [row, 0, 0], File = file }), model);
        using var cursor = view.GetRowCursor(view.Schema);
        while (cursor.MoveNext())
        {
        }

        Assert.AreSequenceEqual([2, 2, 1], model.BatchSizes);
    }

    [TestMethod]
    public void MoveNext_ColumnOfAnOwnTypePassedOn_ReadsRowByRow()
    {
        var model = new SummingModel(3);
        var rows = Enumerable.Range(0, 5).Select(row => new TaggedRow { Numbers = [row, 10 * row, 100 * row], Tag = new Version(row, 0) }).ToList();
        var view = View(rows, model);
        using var cursor = view.GetRowCursor(view.Schema);
        var (tag, sum) = (cursor.GetGetter<Version>(view.Schema["Tag"]), cursor.GetGetter<VBuffer<float>>(view.Schema["Sum"]));
        (Version read, VBuffer<float> total) = (null!, default);
        int row = 0;
        for (; cursor.MoveNext(); row++)
        {
            tag(ref read);
            sum(ref total);
            Assert.AreSame(rows[row].Tag, read);
            Assert.AreEqual(111f * row, total.GetItemOrDefault(0));
        }

        Assert.AreEqual(rows.Count, row);
        Assert.AreSequenceEqual([1, 1, 1, 1, 1], model.BatchSizes);
    }

    private static BatchScoringView View<TRow>(IEnumerable<TRow> rows, SummingModel model)
        where TRow : class => new(
        new ScoringPlan
        {
            Input = new InputColumn("Numbers", "Numbers", null, _ => null),
            Model = model,
            Columns = [new VectorScoreColumn("Sum", new VectorDataViewType(NumberDataViewType.Single, 1), 0)],
        },
        new MLContext().Data.LoadFromEnumerable(rows));

    private sealed class FileRow
    {
        [VectorType(3)]
        public float[] Numbers { get; set; } = [];

        public byte[] File { get; set; } = [];
    }

    private sealed class TaggedRow
    {
        [VectorType(3)]
        public float[] Numbers { get; set; } = [];

        [VersionType]
        public Version Tag { get; set; } = new();
    }

    private sealed class VersionViewType() : StructuredDataViewType(typeof(Version))
    {
        public override bool Equals(DataViewType? other) => other is VersionViewType;
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class VersionTypeAttribute : DataViewTypeAttribute
    {
        public override void Register() => DataViewTypeManager.Register(new VersionViewType(), typeof(Version), this);

        public override bool Equals(DataViewTypeAttribute? other) => other is VersionTypeAttribute;

        public override bool Equals(object? obj) => obj is VersionTypeAttribute;

        public override int GetHashCode() => 0;
    }
}
