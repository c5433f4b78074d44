namespace Microsoft.ML.Runtime;

/// <summary>A named part of the context: passes messages on under its full name and hands out random numbers.</summary>
internal sealed class Host : IHost, IHostSettings
{
    private readonly string _name;
    private readonly Action<string, ChannelMessage> _log;
    private readonly Lock _lock = new();

    public Host(string name, Random rand, ComponentCatalog catalog, Action<string, ChannelMessage> log, IHostSettings settings)
    {
        _name = name;
        Rand = rand;
        ComponentCatalog = catalog;
        _log = log;
        GpuDeviceId = settings.GpuDeviceId;
        FallbackToCpu = settings.FallbackToCpu;
        TempFilePath = settings.TempFilePath;
    }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string ContextDescription => _name;

    public int? GpuDeviceId { get; }

    public bool FallbackToCpu { get; }

    public string TempFilePath { get; }

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Data.Checks.NonEmpty(name, nameof(name));
        lock (_lock)
        {
            // The parent's numbers seed the children's, so that the same order of registrations gives the same numbers.
            return new Host(Join(_name, name), new Random(seed ?? Rand.Next()), ComponentCatalog, _log, this);
        }
    }

    public IChannel Start(string name)
    {
        Data.Checks.NonEmpty(name, nameof(name));
        return new Channel(Join(_name, name), _log);
    }

    public IPipe<TMessage> StartPipe<TMessage>(string name) => new Pipe<TMessage>(Join(_name, name));

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    private static string Join(string parent, string name) => string.IsNullOrEmpty(parent) ? name : $"{parent}; {name}";
}
