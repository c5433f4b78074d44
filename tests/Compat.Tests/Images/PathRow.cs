namespace Compat.Tests.Images;

public sealed class PathRow
{
    public string Path { get; set; } = "";
}
