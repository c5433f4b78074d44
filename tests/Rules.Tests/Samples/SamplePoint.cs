namespace MaskedPretraining.Rules.Samples;

public readonly record struct SamplePoint(int X, double Y = 0.5);
