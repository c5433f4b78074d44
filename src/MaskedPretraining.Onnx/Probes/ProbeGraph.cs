using System.Globalization;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Probes;

/// <summary>What all classifiers over features have in common: input, outputs and names.</summary>
internal sealed class ProbeGraph
{
    private readonly ProbeExportOptions _options;
    private readonly int _classes;

    public ProbeGraph(string name, int features, int classes, ProbeExportOptions options)
    {
        (_options, _classes) = (options, classes);
        Builder = new GraphBuilder(name);
        Features = options.SingleRow ? Builder.FixedInput(options.InputName, 1, features) : Builder.Input(options.InputName, features);
    }

    public GraphBuilder Builder { get; }

    /// <summary>The features, <c>[N, D]</c>.</summary>
    public string Features { get; }

    /// <summary>Declares the outputs and writes the file.</summary>
    /// <param name="scores">Probabilities <c>[N, K]</c>.</param>
    /// <param name="ranking">What the largest element of decides, <c>[N, K]</c>.</param>
    /// <param name="path">Where to.</param>
    public void Write(string scores, string ranking, string path)
    {
        Return(_options.ScoreName, scores, TensorProto.Types.DataType.Float, _classes);
        if (_options.ClassNames is { } names)
        {
            Builder.SlotNames(_options.ScoreName, names);
        }

        if (_options.ClassName is not null || _options.OneHotName is not null)
        {
            string best = Builder.Node("ArgMax", "ranking.best", [ranking], NodeAttribute.Integer("axis", 1), NodeAttribute.Integer("keepdims", 0));
            if (_options.ClassName is { } className)
            {
                Return(className, best, TensorProto.Types.DataType.Int64);
            }

            if (_options.OneHotName is { } oneHotName)
            {
                Return(oneHotName, OneHot("ranking.one_hot", best), TensorProto.Types.DataType.Float, _classes);
            }
        }

        Builder.Metadata("classes", _classes.ToString(CultureInfo.InvariantCulture));
        Builder.Metadata("version", Producer.Version);
        ModelFile.Write(Builder.Build(), path);
    }

    /// <summary>Class numbers <c>[...]</c> to rows of zeros with a single one, <c>[..., K]</c>.</summary>
    public string OneHot(string name, string numbers) =>
        Builder.Node("OneHot", name, [numbers, Builder.SharedInteger("classes", _classes), Builder.SharedPair("zero_one", 0, 1)]);

    private void Return(string name, string value, TensorProto.Types.DataType type, params ReadOnlySpan<long> rowShape)
    {
        if (!_options.SingleRow)
        {
            Builder.Output(Builder.Node("Identity", name, [value]), type, GraphBuilder.BatchAxis, rowShape);
            return;
        }

        // Rank 0 cannot be read by ML.NET, so that a lone number stays a vector of one.
        ReadOnlySpan<long> shape = rowShape.IsEmpty ? [1] : rowShape;
        Builder.Output(Builder.Node("Reshape", name, [value, Builder.Integers($"{name}.shape", shape, shape.Length)]), type, null, shape);
    }
}
