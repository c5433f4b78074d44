namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Writes files that are either complete or not there.</summary>
/// <remarks>
/// The bytes go to a file of the same name with <c>.partial</c> at the end, reach the disk, and only then take the name. Whatever goes wrong before,
/// the file that had the name stays as it was and the partial one is removed. (One left by a killed process is overwritten by the next attempt.)
/// </remarks>
public static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">Its path; an existing file is replaced.</param>
    /// <param name="write">Writes the contents. The stream can be written and sought; it is flushed and closed afterwards.</param>
    /// <exception cref="IOException">The file cannot be written; the message names it and says what to do. Nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        string partial = path + ".partial";
        bool isOurs = false;
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                isOurs = true;
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
            isOurs = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WriteErrors.Explain(path, exception, "What was there before is unchanged.");
        }
        finally
        {
            if (isOurs)
            {
                TryDelete(partial);
            }
        }
    }

    /// <summary>Writes a text file in UTF-8 without a byte order mark.</summary>
    /// <param name="path">Its path; an existing file is replaced.</param>
    /// <param name="text">The whole contents.</param>
    /// <exception cref="IOException">The file cannot be written; the message names it and says what to do. Nothing is left behind.</exception>
    public static void WriteText(string path, string text) =>
        Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(text);
        });

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}
