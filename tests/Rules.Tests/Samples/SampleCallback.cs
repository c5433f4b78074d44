namespace MaskedPretraining.Rules.Samples;

public delegate string? SampleCallback(int[] values);
