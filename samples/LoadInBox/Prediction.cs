namespace LoadInBox;

/// <summary>What comes out of the model.</summary>
internal sealed class Prediction
{
    public string ImagePath { get; set; } = "";

    public string PredictedName { get; set; } = "";

    public float[] Score { get; set; } = [];

    public float[] Features { get; set; } = [];
}
