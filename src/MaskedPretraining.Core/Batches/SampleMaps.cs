using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Batches;

/// <summary>The attention maps that go with the images of a source. The two uses are independent: each may have its own maps, both the same, or none.</summary>
/// <param name="Masking">One map an image for strategies that need patch weights; null if there are none.</param>
/// <param name="Guidance">One map an image for <see cref="BatchLoaderOptions.Guidance"/>; null if there are none.</param>
public sealed record SampleMaps(IAttentionMaps? Masking = null, IAttentionMaps? Guidance = null);
