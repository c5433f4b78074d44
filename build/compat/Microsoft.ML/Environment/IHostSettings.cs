namespace Microsoft.ML.Runtime;

/// <summary>What a context's components read from it; a host has a copy from the time of its registration.</summary>
internal interface IHostSettings
{
    int? GpuDeviceId { get; }
    bool FallbackToCpu { get; }
    string TempFilePath { get; }
}
