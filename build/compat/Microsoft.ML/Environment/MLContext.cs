using System.Collections.Concurrent;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class MLContext : IHostEnvironment, IHostSettings
{
    private readonly ConcurrentDictionary<string, object> _options = new();
    private readonly Random _rand;
    private readonly Lock _lock = new();

    public MLContext(int? seed = null)
    {
        _rand = seed is int value ? new Random(value) : new Random();
        ComponentCatalog = new ComponentCatalog();
        Data = new DataOperationsCatalog(this);
        Model = new ModelOperationsCatalog(this);
        Transforms = new TransformsCatalog(this);
        MulticlassClassification = new MulticlassClassificationCatalog(this);
    }

    public event EventHandler<LoggingEventArgs> Log;

    public MulticlassClassificationCatalog MulticlassClassification { get; }

    public TransformsCatalog Transforms { get; }

    public ModelOperationsCatalog Model { get; }

    public DataOperationsCatalog Data { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string TempFilePath { get; set; } = Path.GetTempPath();

    public int? GpuDeviceId { get; set; }

    public bool FallbackToCpu { get; set; } = true;

    string IExceptionContext.ContextDescription => "";

    public bool TryAddOption<T>(string name, T value) => _options.TryAdd(name, value);

    public void SetOption<T>(string name, T value) => _options[name] = value;

    public bool TryGetOption<T>(string name, out T value)
    {
        bool found = _options.TryGetValue(name, out object stored);
        value = found ? (T)stored : default;
        return found;
    }

    public T GetOptionOrDefault<T>(string name) => TryGetOption(name, out T value) ? value : default;

    public bool RemoveOption(string name) => _options.TryRemove(name, out _);

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose)
    {
        lock (_lock)
            return Root(_rand).Register(name, seed, verbose);
    }

    IChannel IChannelProvider.Start(string name) => Root(null).Start(name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => Root(null).StartPipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => Root(null).StartProgressChannel(name);

    TException IExceptionContext.Process<TException>(TException ex) => ex;

    private Host Root(Random rand) => new(null, rand, ComponentCatalog, OnMessage, this);

    private void OnMessage(string source, ChannelMessage message) => Log?.Invoke(this, new LoggingEventArgs(message.Message, message.Kind, source));
}
