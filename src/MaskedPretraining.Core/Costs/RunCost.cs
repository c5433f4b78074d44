namespace MaskedPretraining.Core.Costs;

/// <summary>Multiply-accumulates of a whole run, for each training image.</summary>
/// <param name="Steps">MACs of its training steps, one an epoch.</param>
/// <param name="Maps">MACs of what guides its masks: making its attention map as often as the masking's schedule asks, AutoMAE's attention provider in every step, or the teacher's pass in each epoch with hard patches.</param>
public sealed record RunCost(double Steps, double Maps)
{
    /// <summary>MACs of steps and maps.</summary>
    public double Total => Steps + Maps;
}
