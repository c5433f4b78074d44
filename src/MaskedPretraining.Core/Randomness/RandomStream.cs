using System.Runtime.CompilerServices;

namespace MaskedPretraining.Core.Randomness;

/// <summary>
/// A stream of random numbers that is a pure function of (seed, purpose, epoch, index): the counter-based generator Philox-4x32-10
/// (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011). Batch order, thread count, device and restarts change nothing.
/// </summary>
/// <remarks>Not thread safe; make one stream a sample.</remarks>
public sealed partial class RandomStream
{
    private uint _key0;
    private uint _key1;
    private uint _counter1;
    private uint _counter2;
    private uint _counter3;
    private uint _block;
    private int _used;
    private Words _words;

    /// <summary>Opens the stream of a sample.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="epoch">Epoch from 0, below 2^24.</param>
    /// <param name="index">Index of the sample (or tensor), from 0.</param>
    public RandomStream(ulong seed, RandomPurpose purpose, int epoch, long index) => Open(seed, purpose, epoch, index);

    /// <summary>Opens the stream of another sample in place of this one, from its beginning.</summary>
    internal RandomStream Open(ulong seed, RandomPurpose purpose, int epoch, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(epoch, 1 << 24);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        _key0 = (uint)seed;
        _key1 = (uint)(seed >> 32);
        _counter1 = (uint)epoch | ((uint)purpose << 24);
        _counter2 = (uint)index;
        _counter3 = (uint)(index >> 32);
        (_block, _used) = (0, 4);
        return this;
    }

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            _words = Philox(_block++, _counter1, _counter2, _counter3, _key0, _key1);
            _used = 0;
        }

        return _words[_used++];
    }

    /// <summary>A number in [0, 1) with 24 random bits.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>Fills <paramref name="numbers"/> with <see cref="NextSingle"/>.</summary>
    internal void Fill(Span<float> numbers)
    {
        foreach (ref float number in numbers)
        {
            number = NextSingle();
        }
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (((ulong)(NextUInt32() >> 5) << 26) | (NextUInt32() >> 6)) * (1.0 / (1L << 53));

    /// <summary>An integer in [0, <paramref name="bound"/>), every one equally likely.</summary>
    /// <param name="bound">At least 1.</param>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // Lemire's multiplication with rejection of the uneven rest.
        ulong product = (ulong)NextUInt32() * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            uint rest = (uint)(-bound) % (uint)bound;
            while ((uint)product < rest)
            {
                product = (ulong)NextUInt32() * (uint)bound;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A standard normal number (Box-Muller, the cosine half).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A standard Gumbel number, -log(-log u): the largest of log w + Gumbel picks an item with probability proportional to its weight w.</summary>
    public double NextGumbel() => -Math.Log(-Math.Log((NextUInt32() + 0.5) * (1.0 / (1L << 32))));

    /// <summary>Puts <paramref name="items"/> into a random order, every order equally likely.</summary>
    /// <param name="items">What to shuffle, in place.</param>
    /// <typeparam name="T">Type of an item.</typeparam>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = NextInt32(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>One block of the generator, for its known answers.</summary>
    internal static uint[] Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        var words = Philox(c0, c1, c2, c3, k0, k1);
        return [words[0], words[1], words[2], words[3]];
    }

    private static Words Philox(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = 0xD2511F53UL * c0;
            ulong product1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        var words = default(Words);
        (words[0], words[1], words[2], words[3]) = (c0, c1, c2, c3);
        return words;
    }

    [InlineArray(4)]
    private struct Words
    {
        private uint _first;
    }
}
