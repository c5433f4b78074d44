namespace MaskedPretraining.Torch.Training;

/// <summary>What trains a linear probe.</summary>
public enum LinearProbeSolver
{
    /// <summary>LARS (You et al. 2017) on batches: MAE's protocol.</summary>
    Lars,

    /// <summary>Gradient descent with momentum on batches: DINO's protocol.</summary>
    Sgd,

    /// <summary>Limited-memory BFGS on all rows at once, to the one optimum that the loss has: no learning rate, no batches, no order, a fraction of the time. Not with augmentation.</summary>
    Lbfgs,
}
