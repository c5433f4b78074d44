namespace MaskedPretraining.Core.Imaging;

/// <summary>What happens when a drawn box does not fit into the image.</summary>
public enum RandomResizedCropForm
{
    /// <summary>Up to ten draws, then a centred box with the nearest allowed aspect ratio: torchvision's <c>RandomResizedCrop</c>, with which MAE pre-trains.</summary>
    TenTries,

    /// <summary>One draw, its sides limited to the image: <c>util/crop.py</c> of MAE, with which it trains linear probes.</summary>
    SingleDraw,
}
