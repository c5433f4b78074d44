namespace MaskedPretraining.Rules.Samples;

public enum SampleKind
{
    First,
    Second = 5,
}
