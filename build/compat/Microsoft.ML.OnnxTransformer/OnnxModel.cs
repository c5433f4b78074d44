using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>A session and the file it came from.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly bool _ownsFile;
    private readonly OnnxVariable[] _initializers;

    private OnnxModel(string filePath, IDictionary<string, int[]> shapes, int? gpuDeviceId, bool fallbackToCpu, bool ownsFile)
    {
        FilePath = filePath;
        _ownsFile = ownsFile;
        try
        {
            Session = Open(filePath, gpuDeviceId, fallbackToCpu);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidOperationException($"Error initializing model :{exception}", exception);
        }
        try
        {
            Inputs = Variables(Session.InputMetadata, shapes);
            Outputs = Variables(Session.OutputMetadata, shapes);
            _initializers = Variables(Session.OverridableInitializerMetadata, shapes);
            SlotNames = OnnxSlotNames.Read(filePath);
        }
        catch
        {
            Session.Dispose();
            throw;
        }
    }

    public InferenceSession Session { get; private set; }

    public string FilePath { get; }

    public OnnxVariable[] Inputs { get; }

    public OnnxVariable[] Outputs { get; }

    /// <summary>Names of a column's slots that the graph brings along.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<char>[]> SlotNames { get; }

    public static OnnxModel FromFile(IHostEnvironment env, string filePath, IDictionary<string, int[]> shapes, int? gpuDeviceId, bool fallbackToCpu)
    {
        if (string.IsNullOrWhiteSpace(filePath))
            throw new ArgumentNullException("modelFile", "Value cannot be null or empty");
        if (!File.Exists(filePath))
            throw new IOException($"Model file {filePath} does not exists.");
        // Without a device of its own the model runs where the context says.
        if (gpuDeviceId == null && env is IHostSettings settings)
            (gpuDeviceId, fallbackToCpu) = (settings.GpuDeviceId, settings.FallbackToCpu);
        return new OnnxModel(filePath, shapes, gpuDeviceId, fallbackToCpu, ownsFile: false);
    }

    public static OnnxModel FromBytes(IHostEnvironment env, byte[] bytes, IDictionary<string, int[]> shapes)
    {
        var settings = env as IHostSettings;
        string folder = settings?.TempFilePath ?? Path.GetTempPath();
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"onnx-{Path.GetRandomFileName()}.onnx");
        File.WriteAllBytes(file, bytes);
        try
        {
            return new OnnxModel(file, shapes, settings?.GpuDeviceId, settings?.FallbackToCpu ?? false, ownsFile: true);
        }
        catch
        {
            File.Delete(file);
            throw;
        }
    }

    public OnnxVariable Input(string name) => Array.Find(Inputs, input => input.Name == name) ?? Array.Find(_initializers, input => input.Name == name)
        ?? throw new ArgumentOutOfRangeException(nameof(name), $"Input tensor, {name}, does not exist in the ONNX model. Available input names are [{Names(Inputs)}]. Available initializers are [{Names(_initializers)}]");

    public OnnxVariable Output(string name) => Array.Find(Outputs, output => output.Name == name)
        ?? throw new ArgumentOutOfRangeException(nameof(name), $"Ouput tensor, {name}, does not exist in the ONNX model. Available output names are [{Names(Outputs)}].");

    public void Dispose()
    {
        if (Session == null)
            return;
        Session.Dispose();
        Session = null;
        if (_ownsFile)
            File.Delete(FilePath);
    }

    private static InferenceSession Open(string filePath, int? gpuDeviceId, bool fallbackToCpu)
    {
        if (gpuDeviceId is int device)
        {
            try
            {
                return new InferenceSession(filePath, SessionOptions.MakeSessionOptionWithCudaProvider(device));
            }
            catch (OnnxRuntimeException) when (fallbackToCpu)
            {
            }
        }
        return new InferenceSession(filePath);
    }

    private static OnnxVariable[] Variables(IReadOnlyDictionary<string, NodeMetadata> metadata, IDictionary<string, int[]> shapes)
        => [.. metadata.Where(pair => !IsUnused(pair.Key)).Select(pair => OnnxTypes.Variable(pair.Key, pair.Value, shapes))];

    private static bool IsUnused(string name) => name.StartsWith("mlnet.", StringComparison.Ordinal)
        && (name.EndsWith(".unusedInput", StringComparison.Ordinal) || name.EndsWith(".unusedOutput", StringComparison.Ordinal));

    private static string Names(OnnxVariable[] variables) => string.Join(",", variables.Select(variable => variable.Name));
}
