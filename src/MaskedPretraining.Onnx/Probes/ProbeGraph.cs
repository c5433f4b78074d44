using System.Globalization;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Probes;

/// <summary>What all classifiers have in common: input, outputs and names.</summary>
internal sealed class ProbeGraph
{
    private const string FeatureInput = "Features";
    private readonly ProbeExportOptions _options;
    private readonly int _classes;

    /// <summary>A classifier over features.</summary>
    public ProbeGraph(string name, int features, int classes, ProbeExportOptions options)
    {
        (Builder, _classes, _options) = (new GraphBuilder(name), classes, options);
        Features = Builder.Input(options.InputName ?? FeatureInput, options.SingleRow, features);
    }

    /// <summary>A classifier over features that a graph makes.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="features">The features in it, <c>[N, D]</c>.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="options">Outputs and names.</param>
    public ProbeGraph(GraphBuilder builder, string features, int classes, ProbeExportOptions options) =>
        (Builder, Features, _classes, _options) = (builder, features, classes, options);

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

    private void Return(string name, string value, TensorProto.Types.DataType type, params ReadOnlySpan<long> rowShape) =>
        Builder.Return(name, value, type, _options.SingleRow, rowShape);
}
