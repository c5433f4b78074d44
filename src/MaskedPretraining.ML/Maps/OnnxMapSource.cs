using System.Security.Cryptography;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Maps;

namespace MaskedPretraining.ML.Maps;

/// <summary>Maps of an ONNX model of the user's, wrapped so that it reads pixels in 0..255 and puts out the grid wanted.</summary>
internal sealed class OnnxMapSource : ImageMapSource
{
    private readonly OnnxMapOptions _options;
    private readonly byte[] _file;
    private readonly MapModel _model;

    private readonly string _kind;

    /// <param name="path">The model.</param>
    /// <param name="options">How it is used.</param>
    /// <param name="isClassifier">Whether Grad-CAM's maps of a classifier are wanted, and not an output with maps.</param>
    /// <param name="class">Of Grad-CAM: the class whose evidence is mapped; null: the predicted one.</param>
    public OnnxMapSource(string path, OnnxMapOptions options, bool isClassifier = false, int? @class = null)
    {
        _options = options.Clone();
        _file = File.ReadAllBytes(path);
        _model = isClassifier ? MapModel.ReadClassifier(_file, path, _options.OutputName, @class) : MapModel.Read(_file, path, _options.OutputName);
        _kind = isClassifier ? FormattableString.Invariant($"Grad-CAM of class {@class ?? -1}") : "maps";
        // Only channels and size count; there are no patches before a model is known to have them.
        Frame = new VisionTransformerOptions { Channels = 3, ImageHeight = _model.Height, ImageWidth = _model.Width, PatchSize = 1 };
        Grid = new PatchGrid(_options.Rows ?? _model.Grid.Rows, _options.Columns ?? _model.Grid.Columns);
    }

    public override PatchGrid Grid { get; }

    protected override VisionTransformerOptions Frame { get; }

    public override void Validate(OptionErrors errors) => _options.Validate(errors);

    public override void Export(AttentionMapExportOptions names, string path) =>
        _model.Export(_options.PixelMean, _options.PixelStandardDeviation, Grid, _options.Normalize, names, path);

    public override string Describe() => FormattableString.Invariant(
        $"{_kind}, model {Convert.ToHexStringLower(SHA256.HashData(_file))} output {_options.OutputName} pixels {string.Join(' ', _options.PixelMean)} {string.Join(' ', _options.PixelStandardDeviation)} grid {Grid} normalised {_options.Normalize}");
}
