using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Pillow's bicubic kernel.</summary>
internal sealed class PilBicubicResizeKind : PilResizeKind
{
    public override string Name => "pil-bicubic-resize";

    protected override ResampleFilter Filter => ResampleFilter.Bicubic;
}
