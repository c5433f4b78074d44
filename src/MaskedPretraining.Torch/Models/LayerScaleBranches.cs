namespace MaskedPretraining.Torch.Models;

/// <summary>Which branches of a block LayerScale multiplies.</summary>
internal enum LayerScaleBranches
{
    None,
    Mlp,
    Both,
}
