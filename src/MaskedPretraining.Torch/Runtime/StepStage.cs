namespace MaskedPretraining.Torch.Runtime;

/// <summary>What the time of a training step goes into. Stages from <see cref="Assemble"/> to <see cref="BackwardRest"/> run on every core at once.</summary>
internal enum StepStage
{
    /// <summary>Until the loader has the next batch.</summary>
    LoaderWait,

    /// <summary>Tensors of bytes and numbers.</summary>
    Assemble,

    /// <summary>Patches and positions to tokens.</summary>
    Embed,

    /// <summary>The encoder's blocks.</summary>
    Encoder,

    /// <summary>The decoder's blocks.</summary>
    Decoder,

    /// <summary>From the last block to the loss, and between encoder and decoder.</summary>
    Loss,

    /// <summary>Back through the encoder's blocks.</summary>
    BackwardEncoder,

    /// <summary>Back through the decoder's blocks.</summary>
    BackwardDecoder,

    /// <summary>Back through what is not a block.</summary>
    BackwardRest,

    /// <summary>Adding up what cores found.</summary>
    SumGradients,

    /// <summary>AdamW.</summary>
    Optimizer,

    /// <summary>Matrix products of the blocks with weights; part of the blocks' stages.</summary>
    Products,

    /// <summary>Attention from queries, keys and values to mixed values; part of the blocks' stages.</summary>
    Attention,
}
