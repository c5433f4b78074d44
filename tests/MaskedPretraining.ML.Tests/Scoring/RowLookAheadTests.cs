using MaskedPretraining.ML.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Scoring;

[TestClass]
public sealed class RowLookAheadTests
{
    // Far more than any step takes here; only a defect gets there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(8)]
    [DataRow(23)]
    public void MoveNext_AnyNumberOfRows_KeepsOrderAndRowsTogether(int count)
    {
        var model = new SummingModel(3);
        var view = View(new CountedRows(count), model);
        Assert.AreSequenceEqual(Enumerable.Range(0, count).ToArray(), Read(view, null).Select(row => row.Number).ToArray());
        Assert.IsTrue(Read(view, null).TrueForAll(row => row.Sum == 111f * row.Number && row.Name == $"row {row.Number}"));
        Assert.AreEqual(2 * count, model.BatchSizes.Sum());
        Assert.IsTrue(model.BatchSizes.TrueForAll(rows => rows is > 0 and <= 4));
    }

    [TestMethod]
    public void MoveNext_AfterTheEnd_StaysThere()
    {
        var view = View(new CountedRows(5), new SummingModel(3));
        using var cursor = view.GetRowCursor(view.Schema);
        while (cursor.MoveNext())
        {
        }

        Assert.IsFalse(cursor.MoveNext());
        Assert.AreEqual(-1, cursor.Position);
    }

    [TestMethod]
    public void MoveNext_Shuffled_GivesEveryIdTheRowItHasUnshuffled()
    {
        var view = View(Enumerable.Range(0, 23).Select(row => new NumberedRow(row)).ToList(), new SummingModel(3));
        var plain = Read(view, null).ToDictionary(row => row.Id);
        var shuffled = Read(view, new Random(3));
        Assert.HasCount(plain.Count, shuffled);
        Assert.AreNotSequenceEqual(plain.Keys.ToArray(), shuffled.Select(row => row.Id).ToArray());
        Assert.IsTrue(shuffled.TrueForAll(row => plain[row.Id] == row));
    }

    [TestMethod]
    public void MoveNext_WhileARunIsUnderWay_TheNextRowsAreRead()
    {
        var rows = new CountedRows(12);
        bool wasReadMeanwhile = false;
        var model = new SummingModel(3) { OnScore = () => wasReadMeanwhile = SpinWait.SpinUntil(() => rows.Made >= 8, Patience) };
        var view = View(rows, model);
        using var cursor = view.GetRowCursor([view.Schema["Sum"]]);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsTrue(wasReadMeanwhile);
    }

    [TestMethod]
    public void MoveNext_ConsumerStops_ReadsOneBatchAheadAndNoMore()
    {
        var rows = new CountedRows(100);
        var view = View(rows, new SummingModel(3));
        using var cursor = view.GetRowCursor([view.Schema["Sum"]]);
        cursor.MoveNext();
        Assert.IsTrue(SpinWait.SpinUntil(() => rows.Made >= 8, Patience));
        Thread.Sleep(50);
        Assert.AreEqual(8, rows.Made);
    }

    [TestMethod]
    public void Dispose_Midway_StopsReadingAfterTheRowAtHandAndClosesTheSource()
    {
        using var isReadingAhead = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var rows = new CountedRows(1000, row =>
        {
            if (row == 5)
            {
                isReadingAhead.Set();
                Assert.IsTrue(goOn.Wait(Patience));
            }
        });
        var view = View(rows, new SummingModel(3));
        var cursor = view.GetRowCursor([view.Schema["Sum"]]);
        cursor.MoveNext();
        Assert.IsTrue(isReadingAhead.Wait(Patience));
        var closing = new Thread(cursor.Dispose);
        closing.Start();
        Assert.IsTrue(SpinWait.SpinUntil(() => closing.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience), "The source was closed under its reader.");
        goOn.Set();
        Assert.IsTrue(closing.Join(Patience));
        Assert.AreEqual(6, rows.Made);
        Assert.AreEqual(1, rows.Closed);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    [DataRow(6)]
    [DataRow(10)]
    public void MoveNext_SourceThrows_ServesTheRowsBeforeAndThenSaysWhatTheSourceSaid(int bad)
    {
        var rows = new CountedRows(20, row => _ = row == bad ? throw new InvalidDataException($"row {row} is damaged") : row);
        var view = View(rows, new SummingModel(3));
        using var cursor = view.GetRowCursor([view.Schema["Sum"]]);
        int read = 0;
        void ReadAll()
        {
            while (cursor.MoveNext())
            {
                read++;
            }
        }

        // However often it is asked, so that nobody takes it for the end.
        for (int time = 0; time < 2; time++)
        {
            Assert.AreEqual($"row {bad} is damaged", Assert.ThrowsExactly<InvalidDataException>(ReadAll).Message);
            Assert.AreEqual(bad, read);
        }
    }

    [TestMethod]
    public void Dispose_SourceThrewMeanwhile_IsQuiet()
    {
        var rows = new CountedRows(20, row => _ = row == 6 ? throw new InvalidDataException("damaged") : row);
        var view = View(rows, new SummingModel(3));
        var cursor = view.GetRowCursor([view.Schema["Sum"]]);
        Assert.IsTrue(cursor.MoveNext());
        cursor.Dispose();
        Assert.AreEqual(1, rows.Closed);
    }

    [TestMethod]
    public void MoveNext_ModelThrows_SurfacesAndTheCursorCanBeDisposed()
    {
        var rows = new CountedRows(20);
        var view = View(rows, new SummingModel(3) { OnScore = () => throw new InvalidOperationException("no memory") });
        using (var cursor = view.GetRowCursor([view.Schema["Sum"]]))
        {
            Assert.AreEqual("no memory", Assert.ThrowsExactly<InvalidOperationException>(() => cursor.MoveNext()).Message);
        }

        Assert.AreEqual(1, rows.Closed);
    }

    [TestMethod]
    public void GetRowCursor_OneOfTwoOutputs_FetchesThatOneAlone()
    {
        var model = new TwoOutputsModel();
        var plan = new ScoringPlan
        {
            Input = new InputColumn("Numbers", "Numbers", null, _ => null),
            Model = model,
            Columns = [Column("First", 0), Column("Second", 1)],
        };
        var view = new BatchScoringView(plan, new MLContext().Data.LoadFromEnumerable(new CountedRows(6)));
        Assert.AreSequenceEqual(Enumerable.Range(0, 6).Select(row => 100f * row).ToArray(), Columns.Vectors(view, "Second").Select(row => row[0]).ToArray());
        Assert.AreSequenceEqual(new[] { 1, 1 }, model.Fetched);
    }

    private static BatchScoringView View(IEnumerable<NumberedRow> rows, SummingModel model) => new(
        new ScoringPlan { Input = new InputColumn("Numbers", "Numbers", null, _ => null), Model = model, Columns = [Column("Sum", 0)] },
        new MLContext().Data.LoadFromEnumerable(rows));

    private static VectorScoreColumn Column(string name, int output) => new(name, new VectorDataViewType(NumberDataViewType.Single, 1), output);

    private static List<ReadRow> Read(BatchScoringView view, Random? random)
    {
        using var cursor = view.GetRowCursor(view.Schema, random);
        var (number, name, sum, id) = (
            cursor.GetGetter<int>(view.Schema["Number"]), cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Name"]), cursor.GetGetter<VBuffer<float>>(view.Schema["Sum"]), cursor.GetIdGetter());
        var rows = new List<ReadRow>();
        while (cursor.MoveNext())
        {
            (int n, ReadOnlyMemory<char> text, VBuffer<float> total, DataViewRowId rowId) = (0, default, default, default);
            number(ref n);
            name(ref text);
            sum(ref total);
            id(ref rowId);
            rows.Add(new ReadRow(rowId, n, text.ToString(), total.GetItemOrDefault(0)));
        }

        return rows;
    }

    private sealed record ReadRow(DataViewRowId Id, int Number, string Name, float Sum);

    // The middle and the last number of each row; notes what was fetched, output by output.
    private sealed class TwoOutputsModel : IBatchModel
    {
        public List<int> Fetched { get; } = [];

        public int InputLength => 3;

        public IReadOnlyList<int> OutputLengths => [1, 1];

        public int BatchSize => 4;

        public IBatchModel ForSingleRows => this;

        public void Score(ReadOnlyMemory<float> inputs, int rows, IReadOnlyList<Memory<float>> outputs)
        {
            for (int output = 0; output < outputs.Count; output++)
            {
                if (outputs[output].Length > 0)
                {
                    Fetched.Add(output);
                    for (int row = 0; row < rows; row++)
                    {
                        outputs[output].Span[row] = inputs.Span[(row * InputLength) + output + 1];
                    }
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
