using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>All random numbers of a step of AutoMAE; those of an image depend on seed, epoch and image number alone.</summary>
/// <param name="Shuffle">Even in 0..1, the noise that <see cref="RandomMasking"/> has for the same image, <c>[B, N]</c>.</param>
/// <param name="Gumbel">Gumbel numbers of the sample that masks are planned with, <c>[B, N]</c>.</param>
/// <param name="Jitter">Even in 0..1, for what the discriminator is shown where the generator learns, <c>[B, N]</c>.</param>
/// <param name="Rectangles">Maps of random rectangles, <c>[B, N]</c>.</param>
/// <param name="Fake">Gumbel numbers, or even ones, for what the discriminator is shown where it learns, <c>[B, N]</c>.</param>
internal sealed record LearnedMaskNoise(Tensor Shuffle, Tensor Gumbel, Tensor Jitter, Tensor Rectangles, Tensor Fake)
{
    /// <summary>Draws a batch's numbers; they belong to the caller's scope.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="samples">Image numbers, <c>[B]</c>.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="rectangles">Draws rectangles on it.</param>
    /// <param name="input">What the discriminator is shown of the generator.</param>
    /// <param name="device">Where to.</param>
    public static LearnedMaskNoise Draw(ulong seed, int epoch, ReadOnlySpan<int> samples, PatchGrid grid, RandomRectangles rectangles, DiscriminatorInput input, Device device)
    {
        int patches = grid.Count, all = samples.Length * patches;
        float[] shuffle = new float[all], gumbel = new float[all], jitter = new float[all], real = new float[all], fake = new float[all];
        for (int image = 0; image < samples.Length; image++)
        {
            var row = (image * patches)..((image + 1) * patches);
            var mask = new RandomStream(seed, RandomPurpose.Mask, epoch, samples[image]);
            Fill(shuffle.AsSpan(row), mask.NextSingle);
            Fill(gumbel.AsSpan(row), GumbelOf(mask));
            Fill(jitter.AsSpan(row), mask.NextSingle);
            var discriminator = new RandomStream(seed, RandomPurpose.Discriminator, epoch, samples[image]);
            rectangles.Fill(discriminator, real.AsSpan(row));
            Fill(fake.AsSpan(row), input == DiscriminatorInput.Sample ? GumbelOf(discriminator) : discriminator.NextSingle);
        }

        long[] shape = [samples.Length, patches];
        return new LearnedMaskNoise(Upload(shuffle), Upload(gumbel), Upload(jitter), Upload(real), Upload(fake));

        Tensor Upload(float[] values) => TensorMemory.From<float>(values, ScalarType.Float32, device, shape);
    }

    private static Func<float> GumbelOf(RandomStream random) => () => (float)random.NextGumbel();

    private static void Fill(Span<float> numbers, Func<float> next)
    {
        foreach (ref float number in numbers)
        {
            number = next();
        }
    }
}
