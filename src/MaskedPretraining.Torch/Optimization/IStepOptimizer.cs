namespace MaskedPretraining.Torch.Optimization;

/// <summary>Moves parameters along their gradients, one batch at a time.</summary>
internal interface IStepOptimizer : IDisposable
{
    /// <summary>Does one step and leaves the gradients zero.</summary>
    void Step(double learningRate);
}
