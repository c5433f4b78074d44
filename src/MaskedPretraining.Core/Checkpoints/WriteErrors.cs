namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Says what to do when a file cannot be written.</summary>
internal static class WriteErrors
{
    // What the operating systems say when a disk or quota is full: ENOSPC, EDQUOT, ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
    private const int UnixNoSpace = 28;
    private const int UnixQuotaExceeded = 122;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>An exception that names the file, the remedy and the state that things are in.</summary>
    public static IOException Explain(string path, Exception exception, string state) =>
        new($"{path} could not be written: {Remedy(path, exception)} {state} ({exception.Message})", exception);

    private static string Remedy(string path, Exception exception) => exception switch
    {
        _ when exception.HResult is UnixNoSpace or UnixQuotaExceeded or WindowsHandleDiskFull or WindowsDiskFull => "the disk is full; free some space or choose another disk, then save again.",
        _ when File.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) => $"{Path.GetDirectoryName(Path.GetFullPath(path))} is a file and no folder; choose another path.",
        DirectoryNotFoundException => $"the folder {Path.GetDirectoryName(Path.GetFullPath(path))} does not exist; create it first.",
        UnauthorizedAccessException => "writing there is not allowed; choose another folder or change its permissions.",
        _ => "check the path, and that no other program is using the file.",
    };
}
