using Microsoft.ML.Data;

namespace Compat.Tests.Support;

public sealed class KeyRow
{
    [KeyType(3)]
    public uint Key { get; set; }
}
