namespace MaskedPretraining.Core.Imaging;

/// <summary>Which set of <see cref="GeneratedScenes"/>, and how its backgrounds relate to the classes.</summary>
public enum SceneSplit
{
    /// <summary>Every class prefers a background kind of its own: an easy clue that does not hold elsewhere.</summary>
    Train = 0,

    /// <summary>Background kinds are drawn without regard to the class.</summary>
    Test = 1,

    /// <summary>The objects of <see cref="Test"/>, each before the background kind that its class prefers in training.</summary>
    Agree = 2,

    /// <summary>The objects of <see cref="Test"/>, each before a background kind that another class prefers.</summary>
    Lie = 3,
}
