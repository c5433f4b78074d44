using MaskedPretraining.Core.Randomness;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Comparison;

/// <summary>Dark, grey and bright images as vectors, and how often they were read.</summary>
internal sealed class CountedImages(int count, ulong seed, string lastLabel = "bright")
{
    private const int Pixels = 3 * Tiny.Side * Tiny.Side;

    /// <summary>Passes over the images.</summary>
    public int Passes { get; private set; }

    public static ComparedDataSet DataSet(MLContext ml, string name, out CountedImages train, int count = 24, string lastTestLabel = "bright")
    {
        train = new CountedImages(count, 1);
        return new ComparedDataSet(name, train.View(ml), new CountedImages(12, 2, lastTestLabel).View(ml));
    }

    public IDataView View(MLContext ml) => ml.Data.LoadFromEnumerable(Rows());

    private IEnumerable<Row> Rows()
    {
        Passes++;
        for (int i = 0; i < count; i++)
        {
            var random = new RandomStream(seed, RandomPurpose.Scene, 0, i);
            int label = i % 3;
            yield return new Row
            {
                Label = label == 0 ? "dark" : label == 1 ? "grey" : lastLabel,
                Image = [.. Enumerable.Range(0, Pixels).Select(_ => (20 + (90 * label)) + (15 * random.NextSingle()))],
            };
        }
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        [VectorType(Pixels)]
        public float[] Image { get; set; } = [];
    }
}
