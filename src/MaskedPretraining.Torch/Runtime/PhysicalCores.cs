namespace MaskedPretraining.Torch.Runtime;

/// <summary>Cores for matrix products. Two hardware threads of one core share its multipliers: a second worker there only takes cache away.</summary>
internal static class PhysicalCores
{
    private const string CpuFolder = "/sys/devices/system/cpu";

    /// <summary>Physical cores that this process may use; the processors that .NET sees (containers and affinity counted) where the system does not tell.</summary>
    public static int Count()
    {
        int logical = Environment.ProcessorCount;
        try
        {
            // One distinct list of siblings a physical core.
            var siblings = Directory.EnumerateDirectories(CpuFolder, "cpu*")
                .Select(folder => Path.Combine(folder, "topology", "thread_siblings_list"))
                .Where(File.Exists)
                .Select(File.ReadAllText)
                .ToList();
            int perCore = siblings.Count == 0 ? 1 : Math.Max(1, siblings.Count / siblings.Distinct().Count());
            return Math.Max(1, logical / perCore);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return logical;
        }
    }
}
