using System.Numerics;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Tests.Kernels;

[TestClass]
public sealed unsafe class BFloat16ElementTests
{
    [TestMethod]
    public void StoreAndLoad_AnyNumbersAndTies_RoundAsNumberByNumber()
    {
        int count = 2 * Vector<float>.Count;
        var random = new Random(3);
        // The second half lies exactly between two bfloat16 numbers, odd and even ones.
        float[] values = [.. Enumerable.Range(0, count).Select(i => i < count / 2 ? (random.NextSingle() - 0.5f) * MathF.Pow(10, i - 4) : BitConverter.UInt32BitsToSingle(0x3F808000u + ((uint)i << 16)))];
        var stored = new ushort[count];
        var loaded = new float[count];
        fixed (float* source = values, target = loaded)
        fixed (ushort* halves = stored)
        {
            BFloat16Element.Store(halves, Vector.Load(source), Vector.Load(source + Vector<float>.Count));
            BFloat16Element.Load(halves, out var low, out var high);
            SingleElement.Store(target, low, high);
        }

        CollectionAssert.AreEqual(values.Select(BFloat16.Round).ToArray(), stored);
        CollectionAssert.AreEqual(stored.Select(BFloat16.ToSingle).ToArray(), loaded);
    }
}
