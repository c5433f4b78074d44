using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Batches;

/// <summary>The attention maps that go with the images of a source. The uses are independent: each may have its own maps, the same as another, or none.</summary>
/// <param name="Masking">One map an image for strategies that need patch weights; null if there are none.</param>
/// <param name="Guidance">One map an image for <see cref="BatchLoaderOptions.Guidance"/>; null if there are none.</param>
/// <param name="Objects">How much of each cell an object covers, 0 to 1, one map an image; decides nothing, but lets a run tell how much of its masks lies on objects. Null if that is not known.</param>
public sealed record SampleMaps(IAttentionMaps? Masking = null, IAttentionMaps? Guidance = null, IAttentionMaps? Objects = null);
