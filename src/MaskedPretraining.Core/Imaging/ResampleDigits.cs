using System.Runtime.Intrinsics;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// The weights of a <see cref="ResampleKernel"/> for instructions that multiply four unsigned bytes by four signed ones and add up: a weight of 24 bits is
/// <c>65536 high + 256 middle + low</c>, each digit a signed byte, so that three such instructions give the very sum that one wide multiplication a tap gives.
/// </summary>
internal sealed class ResampleDigits
{
    /// <summary>Taps that one instruction takes.</summary>
    public const int GroupLength = 4;

    /// <summary>Numbers a group of taps: high, middle and low digits of four weights each.</summary>
    public const int GroupSize = 3;

    private int[] _digits = [];

    /// <summary>Groups an output pixel.</summary>
    public int Groups { get; private set; }

    /// <summary>Four signed bytes a number, <c>[output, Groups, GroupSize]</c>. Weights past the last tap are 0.</summary>
    public ReadOnlySpan<int> Digits => _digits;

    /// <summary>Splits the weights of an axis.</summary>
    /// <param name="kernel">The weights.</param>
    /// <param name="output">Output pixels.</param>
    public void Split(ResampleKernel kernel, int output)
    {
        Groups = (kernel.MaximumCount + GroupLength - 1) / GroupLength;
        int length = output * Groups * GroupSize;
        if (_digits.Length < length)
        {
            _digits = new int[length];
        }

        int to = 0;
        for (int place = 0; place < output; place++)
        {
            ReadOnlySpan<int> weights = kernel.Weights.Slice(place * kernel.Stride, Groups * GroupLength);
            for (; !weights.IsEmpty; weights = weights[GroupLength..])
            {
                Vector128<int> four = Vector128.Create(weights);
                Vector128<int> low = four << 24 >> 24;
                four = (four - low) >> 8;
                Vector128<int> middle = four << 24 >> 24;
                Vector128<int> high = (four - middle) >> 8;
                (_digits[to], _digits[to + 1], _digits[to + 2]) = (Pack(high), Pack(middle), Pack(low));
                to += GroupSize;
            }
        }
    }

    // The lowest byte of each number.
    private static int Pack(Vector128<int> digits) => Vector128.Shuffle(digits.AsByte(), Vector128.Create((byte)0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80)).AsInt32().ToScalar();
}
