namespace MaskedPretraining.Core.Tests.Imaging;

/// <summary>A folder that goes when it is disposed.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("imaging").FullName;

    public string this[string relativePath] => System.IO.Path.Combine(Path, relativePath);

    public void Write(string relativePath, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relativePath])!);
        File.WriteAllBytes(this[relativePath], bytes);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
