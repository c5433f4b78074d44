using System.Security.Cryptography;
using System.Text;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Tells weights from others in a few letters.</summary>
internal static class WeightsDigest
{
    private const int Letters = 16;

    /// <summary>The start of the SHA-256 of all names and bytes; their order does not matter.</summary>
    public static string Of(StateDictionary weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in weights.Names.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(weights[name].Bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Letters];
    }
}
