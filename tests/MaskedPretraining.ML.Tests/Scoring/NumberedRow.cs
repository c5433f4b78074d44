using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Scoring;

internal sealed class NumberedRow
{
    public NumberedRow()
    {
    }

    public NumberedRow(int number) => (Number, Name, Numbers) = (number, $"row {number}", [number, 10 * number, 100 * number]);

    public int Number { get; set; }

    public string Name { get; set; } = "";

    [VectorType(3)]
    public float[] Numbers { get; set; } = [];
}
