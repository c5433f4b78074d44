namespace Microsoft.ML.ImageAnalytics;

/// <summary>Weights of neighbouring source pixels, from <paramref name="First"/> on.</summary>
internal readonly record struct ResamplingTap(int First, float[] Weights);
