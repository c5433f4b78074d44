namespace MaskedPretraining.Core.Imaging;

/// <summary>Parts of Tiny ImageNet.</summary>
public enum TinyImageNetSplit
{
    /// <summary>500 images of each class, a folder a class.</summary>
    Train = 0,

    /// <summary>50 images of each class in one folder, listed in <c>val_annotations.txt</c>.</summary>
    Validation = 1,

    /// <summary>10,000 images without labels.</summary>
    Test = 2,
}
