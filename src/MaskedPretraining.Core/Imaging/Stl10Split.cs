namespace MaskedPretraining.Core.Imaging;

/// <summary>Parts of STL-10.</summary>
public enum Stl10Split
{
    /// <summary>5,000 images with labels, in ten folds of 1,000.</summary>
    Train = 0,

    /// <summary>8,000 images with labels.</summary>
    Test = 1,

    /// <summary>100,000 images without labels, among them other classes than the ten: for pre-training only.</summary>
    Unlabeled = 2,
}
