using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>An input or output of the graph: its shape (-1 unknown) and the column type that goes with it.</summary>
internal sealed record OnnxVariable(string Name, int[] Shape, DataViewType Type);
