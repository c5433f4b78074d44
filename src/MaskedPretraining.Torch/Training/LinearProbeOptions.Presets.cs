namespace MaskedPretraining.Torch.Training;

public sealed partial class LinearProbeOptions
{
    /// <summary>MAE's protocol as published (He et al. 2022, table 10; AMT has the same): LARS, rate 0.1 times batch / 256, 90 epochs of which 10 are warm-up, no decay, batch normalisation without scale and shift.</summary>
    /// <param name="batchSize">Rows in a batch. MAE has 16384, for 1.28 million images; a set with fewer rows than that gets one step an epoch and so stays far from its optimum. Take the defaults or <see cref="Fast"/> there.</param>
    /// <remarks>MAE's statistics are those of one GPU's share of the batch, 512 rows; ours are those of the whole batch.</remarks>
    public static LinearProbeOptions Mae(int batchSize = 16384) => new() { Epochs = 90, WarmupEpochs = 10, BatchSize = batchSize, LearningRate = 0.1 * batchSize / 256 };

    /// <summary>DINO's protocol (Caron et al. 2021, eval_linear): momentum 0.9, rate 0.001 times batch / 256, half a cosine over 100 epochs changed once an epoch, no decay, features as they are.</summary>
    /// <param name="batchSize">Rows in a batch. DINO has 1024. With few rows take fewer, so that there are some thousand steps.</param>
    /// <remarks>DINO reports the best of all epochs on the validation images: <see cref="LinearProbeResult.Best"/>. Its features are the class tokens of the last four blocks (ViT-S), or class token and mean patch token (ViT-B).</remarks>
    public static LinearProbeOptions Dino(int batchSize = 1024) => new()
    {
        Solver = LinearProbeSolver.Sgd,
        Epochs = 100,
        WarmupEpochs = 0,
        ChangesRateByEpoch = true,
        BatchSize = batchSize,
        LearningRate = 0.001 * batchSize / 256,
        NormalizesFeatures = false,
    };

    /// <summary>The optimum of the regularised loss on features that were computed once, by L-BFGS: no learning rate to choose, and seconds where LARS takes minutes.</summary>
    /// <param name="weightDecay">How much small weights are preferred; null: 3 divided by the number of rows.</param>
    public static LinearProbeOptions Fast(double? weightDecay = null) => new() { Solver = LinearProbeSolver.Lbfgs, WeightDecay = weightDecay };
}
