using Microsoft.ML;

namespace MaskedPretraining.ML.Data;

/// <summary>A directory of our own below the context's temporary directory, removed on disposal.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    public ScratchDirectory(MLContext context)
    {
        string root = string.IsNullOrEmpty(context.TempFilePath) ? Path.GetTempPath() : context.TempFilePath;
        Location = Path.Combine(root, $"MaskedPretraining-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Location);
    }

    /// <summary>Its full path.</summary>
    public string Location { get; }

    /// <summary>The path of a file in it.</summary>
    public string File(string name) => Path.Combine(Location, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Location, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A scanner or backup may hold a file for a moment; a result must not be lost for a leftover in a temporary directory.
        }
    }
}
