namespace MaskedPretraining.Core.Pictures;

/// <summary>Turns numbers into colours.</summary>
public static class ColorMap
{
    // Nine evenly spaced colours of viridis (Smith and van der Walt; CC0): lightness rises evenly, and readers who see colours differently can tell them apart.
    private static readonly (byte R, byte G, byte B)[] Stops =
    [
        (68, 1, 84), (71, 45, 123), (59, 82, 139), (44, 114, 142), (33, 145, 140), (40, 174, 128), (94, 201, 98), (173, 220, 48), (253, 231, 37),
    ];

    /// <summary>Dark violet at 0, green in the middle, yellow at 1.</summary>
    /// <param name="value">0 to 1; what lies outside is limited to it, NaN counts as 0.</param>
    public static (byte R, byte G, byte B) Viridis(float value)
    {
        float place = (value > 0 ? MathF.Min(value, 1) : 0) * (Stops.Length - 1);
        int stop = Math.Min((int)place, Stops.Length - 2);
        float share = place - stop;
        var (from, to) = (Stops[stop], Stops[stop + 1]);
        return (Blend(from.R, to.R, share), Blend(from.G, to.G, share), Blend(from.B, to.B, share));
    }

    internal static byte Blend(byte from, byte to, float share) => (byte)(from + share * (to - from) + 0.5f);
}
