using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Pillow's bilinear kernel.</summary>
internal sealed class PilBilinearResizeKind : PilResizeKind
{
    public override string Name => "pil-bilinear-resize";

    protected override ResampleFilter Filter => ResampleFilter.Bilinear;
}
