using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Bench.Scoring;

/// <summary>The first images of a data set.</summary>
internal sealed class FirstImages(ILabeledImageSource all, int count) : ILabeledImageSource
{
    public int Count => count;

    public IReadOnlyList<string> ClassNames => all.ClassNames;

    public string NameOf(int index) => all.NameOf(index);

    public int LabelOf(int index) => all.LabelOf(index);

    public RgbImage Load(int index) => all.Load(index);
}
