namespace MaskedPretraining.Core.Imaging;

/// <summary>Which of the two labels that every image of CIFAR-100 has.</summary>
public enum Cifar100Labels
{
    /// <summary>The 100 classes, for example <c>maple_tree</c>.</summary>
    Fine = 0,

    /// <summary>The 20 super-classes of five classes each, for example <c>trees</c>.</summary>
    Coarse = 1,
}
