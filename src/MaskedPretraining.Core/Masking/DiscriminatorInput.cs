namespace MaskedPretraining.Core.Masking;

/// <summary>What AutoMAE's discriminator is shown of the generator.</summary>
public enum DiscriminatorInput
{
    /// <summary>The softmax of the generator's logits with the even noise that random rectangles have.</summary>
    Jittered,

    /// <summary>The Gumbel-Softmax sample that masks are planned with, as in the released code.</summary>
    Sample,
}
