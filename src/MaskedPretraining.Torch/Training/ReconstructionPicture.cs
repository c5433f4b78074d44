using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Torch.Training;

/// <summary>What a masked autoencoder makes of one image.</summary>
/// <param name="Image">The image at the encoder's size.</param>
/// <param name="Visible">Numbers of the visible patches, <c>[v]</c>. Patches in neither list are thrown.</param>
/// <param name="Masked">Numbers of the masked patches, <c>[m]</c>.</param>
/// <param name="Reconstruction">Pixels of the masked patches as predicted, <c>[m, P*P*C]</c>, element order (y, x, channel).</param>
/// <param name="Attention">The encoder's attention map of the whole image, nothing masked.</param>
public sealed record ReconstructionPicture(RgbImage Image, long[] Visible, long[] Masked, byte[] Reconstruction, AttentionGrid Attention);
