namespace Compat.Tests.Predictions;

public sealed class Answer
{
    public float a { get; set; }

    public float[] Values { get; set; } = [];

    public string Name { get; set; } = "";

    public float NotThere { get; set; } = -1;
}
