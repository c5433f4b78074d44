using MaskedPretraining.ML.Classification;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Classification;

[TestClass]
public sealed class LabelTextTests
{
    private static readonly MLContext Context = new();

    private static readonly IDataView View = Context.Data.LoadFromEnumerable(new[]
    {
        new Row { Text = "cat", Flag = true, Single = 1.5f, Double = 2, Long = -3, Byte = 4, Key = 2 },
        new Row { Text = "", Single = float.NaN, Double = double.NaN, Key = 9 },
    });

    [TestMethod]
    [DataRow("Text", "cat", null)]
    [DataRow("Flag", "true", "false")]
    [DataRow("Single", "1.5", null)]
    [DataRow("Double", "2", null)]
    [DataRow("Long", "-3", "0")]
    [DataRow("Byte", "4", "0")]
    [DataRow("Key", "3", null)]
    public void Reader_OfAnyType_GivesTextOrNothing(string column, string first, string? second) => Assert.AreSequenceEqual([first, second], Read(View, column));

    [TestMethod]
    public void Reader_KeyWithNames_GivesThem()
    {
        var keyed = Context.Transforms.Conversion.MapValueToKey("Text").Fit(View).Transform(View);
        Assert.AreEqual("cat", Read(keyed, "Text")[0]);
    }

    [TestMethod]
    public void Reader_Vector_IsRefused() =>
        Assert.Contains("text, a number, a boolean or a key is needed", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Read(View, "Vector")).Message);

    private static string?[] Read(IDataView view, string name)
    {
        var column = view.Schema[name];
        using var cursor = view.GetRowCursor([column]);
        var reader = LabelText.Reader(cursor, column);
        var labels = new List<string?>();
        while (cursor.MoveNext())
        {
            labels.Add(reader());
        }

        return [.. labels];
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public bool Flag { get; set; }

        public float Single { get; set; }

        public double Double { get; set; }

        public long Long { get; set; }

        public byte Byte { get; set; }

        // Counted from 0 in objects and from 1 in views; what is no key is missing.
        [KeyType(5)]
        public uint Key { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [0, 0];
    }
}
