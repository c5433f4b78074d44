using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>The outputs for the row that its cursor is on: one run gives all the active columns.</summary>
internal sealed class OnnxRun(OnnxModel model, DataViewRow row, string[] inputs, Func<OrtValue>[] tensors, string[] outputs) : IDisposable
{
    private readonly RunOptions _options = new();
    private IDisposableReadOnlyCollection<OrtValue> _values;
    private long _position = -1;

    public OrtValue Output(int index)
    {
        if (_values == null || _position != row.Position)
            Run();
        return _values[index];
    }

    public void Dispose()
    {
        _values?.Dispose();
        _values = null;
        _options.Dispose();
    }

    private void Run()
    {
        _values?.Dispose();
        _values = null;
        var arguments = new List<OrtValue>();
        try
        {
            foreach (Func<OrtValue> tensor in tensors)
                arguments.Add(tensor());
            _values = model.Session.Run(_options, inputs, arguments, outputs);
            _position = row.Position;
        }
        finally
        {
            arguments.ForEach(argument => argument.Dispose());
        }
    }
}
