using System.Numerics.Tensors;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>Reads a recognised encoder's tensors and brings them to timm's names, single precision, the image size and the channels wanted.</summary>
internal sealed class EncoderAssembler
{
    // Rounding of the same table, computed elsewhere.
    private const float SameTable = 1e-6f;

    // transformers' default for ViTs; everybody else's is VisionTransformerOptions' own.
    private const double HuggingFaceEpsilon = 1e-12;
    private readonly Checkpoint _checkpoint;
    private readonly EncoderKeyMap _map;
    private readonly EncoderFamily _family;
    private readonly EncoderLoadOptions _options;
    private readonly VisionTransformerOptions _trained;
    private readonly VisionTransformerOptions _wanted;
    private readonly PixelStatistics _statistics;
    private readonly StateDictionary _state = new();

    public EncoderAssembler(Checkpoint checkpoint, RecognizedEncoder found, EncoderLoadOptions options)
    {
        (_checkpoint, _map, _family, _options, _trained) = (checkpoint, found.Map!, found.Family!.Value, options, found.Architecture!);
        bool hasClassifier = found.Ignored.Any(name => name.StartsWith("classifier.", StringComparison.Ordinal) || name.Contains("pooler.", StringComparison.Ordinal));
        _statistics = PixelStatistics.Of(_family, hasClassifier, _trained.Channels);
        _wanted = Wanted();
    }

    /// <exception cref="InvalidOptionsException">The options do not fit the encoder.</exception>
    /// <exception cref="CheckpointFormatException">A tensor holds infinity or NaN, or several lie in the same bytes.</exception>
    public EncoderWeights Assemble()
    {
        RefuseSharedMemory();
        Add("cls_token", Read("cls_token"), 1, 1, _trained.Width);
        AddPositions();
        AddPatchEmbedding();
        for (int block = 0; block < _trained.Depth; block++)
        {
            AddBlock($"blocks.{block}.");
        }

        AddNorm("norm");
        return new EncoderWeights(_wanted, _state);
    }

    private VisionTransformerOptions Wanted()
    {
        var wanted = _trained.Clone();
        wanted.ImageHeight = _options.ImageHeight ?? _trained.ImageHeight;
        wanted.ImageWidth = _options.ImageWidth ?? _trained.ImageWidth;
        wanted.Channels = _options.Channels ?? _trained.Channels;
        wanted.LayerNormEpsilon = _family == EncoderFamily.HuggingFace ? HuggingFaceEpsilon : _trained.LayerNormEpsilon;
        var statistics = wanted.Channels == _trained.Channels ? _statistics : wanted.Channels == 1 ? _statistics.Grey() : new PixelStatistics(InTurn(_statistics.Mean), InTurn(_statistics.Deviation));
        wanted.PixelMean = _options.PixelMean ?? statistics.Mean;
        wanted.PixelStandardDeviation = _options.PixelStandardDeviation ?? statistics.Deviation;
        if (wanted.Grid == _trained.Grid && EncoderReader.PositionDistance(_checkpoint, _map, _trained) < SameTable)
        {
            wanted.Position = PositionEmbedding.SinCos;
        }

        var errors = new OptionErrors();
        wanted.Validate(errors);
        errors.Require(
            wanted.Position != PositionEmbedding.Relative || wanted.Grid == _trained.Grid,
            nameof(_options.ImageHeight) + " x " + nameof(_options.ImageWidth),
            $"{wanted.ImageHeight}x{wanted.ImageWidth}",
            $"be {_trained.ImageHeight}x{_trained.ImageWidth} as trained, because a table of relative positions is not resampled");
        errors.ThrowIfAny(nameof(EncoderLoadOptions));
        return wanted;

        float[] InTurn(float[] values) => values.Length == 1 ? values : [.. Enumerable.Range(0, wanted.Channels).Select(channel => values[channel % values.Length])];
    }

    // A file of a megabyte could claim any number of blocks that all lie in the same bytes.
    private void RefuseSharedMemory()
    {
        long bytes = _map.Names.Sum(name => _checkpoint.TypeOf(name).SizeInBytes(_checkpoint.ShapeOf(name)));
        if (bytes > _checkpoint.Length)
        {
            throw new CheckpointFormatException(_checkpoint.Path, $"its encoder takes {bytes} bytes, but the file has only {_checkpoint.Length}: its tensors share memory, which a vision transformer's never do.");
        }
    }

    private void AddPositions()
    {
        if (_trained.Position == PositionEmbedding.Relative)
        {
            Add(KeyScheme.RelativePositions, Read(KeyScheme.RelativePositions), RelativePositionIndex.RowsOf(_trained.Grid), _trained.Heads);
            return;
        }

        float[] table = Read("pos_embed");
        int width = _trained.Width;
        if (table.Length == _trained.Grid.Count * width)
        {
            // The class token has no position of its own.
            table = [.. new float[width], .. table];
        }

        if (_wanted.Grid != _trained.Grid)
        {
            var form = _family == EncoderFamily.Dino ? PositionInterpolation.ScaleFactor : PositionInterpolation.Size;
            table = PositionTableResampler.Resample(table, 1, _trained.Grid, _wanted.Grid, width, form);
        }

        Add("pos_embed", table, 1, _wanted.Grid.Count + 1, width);
    }

    private void AddPatchEmbedding()
    {
        float[] weight = Read("patch_embed.proj.weight"), bias = Read("patch_embed.proj.bias");
        if (_wanted.Channels != _trained.Channels)
        {
            weight = _wanted.Channels == 1
                ? PatchChannels.ToGrey(weight, bias, _trained.Channels, _statistics, new PixelStatistics(_wanted.PixelMean, _wanted.PixelStandardDeviation))
                : PatchChannels.Repeat(weight, _trained.Width, _trained.Channels, _wanted.Channels);
        }

        Add("patch_embed.proj.weight", weight, _trained.Width, _wanted.Channels, _trained.PatchSize, _trained.PatchSize);
        Add("patch_embed.proj.bias", bias, _trained.Width);
    }

    private void AddBlock(string block)
    {
        int width = _trained.Width, hidden = width * _trained.MlpRatio;
        AddNorm(block + "norm1");
        Add($"{block}attn.qkv.weight", ReadAttention($"{block}attn.", "weight"), 3 * width, width);
        Add($"{block}attn.qkv.bias", ReadAttention($"{block}attn.", "bias"), 3 * width);
        AddScaled(block + "attn.proj", _options.LayerScaleOnAttention ? block + "gamma_1" : null, width);
        AddNorm(block + "norm2");
        Add($"{block}mlp.fc1.weight", Read($"{block}mlp.fc1.weight"), hidden, width);
        Add($"{block}mlp.fc1.bias", Read($"{block}mlp.fc1.bias"), hidden);
        AddScaled(block + "mlp.fc2", block + "gamma_2", hidden);
    }

    private void AddNorm(string name)
    {
        Add($"{name}.weight", Read($"{name}.weight"), _trained.Width);
        Add($"{name}.bias", Read($"{name}.bias"), _trained.Width);
    }

    // gamma (W x + b) = (gamma W) x + gamma b.
    private void AddScaled(string layer, string? gamma, int inputs)
    {
        float[] weight = Read($"{layer}.weight"), bias = Read($"{layer}.bias");
        if (gamma is not null && _map.Has(gamma))
        {
            float[] factors = Read(gamma);
            TensorPrimitives.Multiply(bias, factors, bias);
            for (int row = 0; row < factors.Length; row++)
            {
                var weights = weight.AsSpan(row * inputs, inputs);
                TensorPrimitives.Multiply(weights, factors[row], weights);
            }
        }

        Add($"{layer}.weight", weight, _trained.Width, inputs);
        Add($"{layer}.bias", bias, _trained.Width);
    }

    private float[] ReadAttention(string attention, string kind)
    {
        if (_map.Has($"{attention}qkv.{kind}"))
        {
            return Read($"{attention}qkv.{kind}");
        }

        // A bias of the keys moves all logits of a query alike, and BEiT has none.
        float[] keys = _map.Has($"{attention}k.{kind}") ? Read($"{attention}k.{kind}") : new float[_trained.Width];
        return [.. Read($"{attention}q.{kind}"), .. keys, .. Read($"{attention}v.{kind}")];
    }

    private float[] Read(string timm)
    {
        string name = _map[timm];
        float[] values = _checkpoint.Read(name).ToSingles();
        return TensorPrimitives.IsFiniteAll<float>(values)
            ? values
            : throw new CheckpointFormatException(_checkpoint.Path, $"tensor '{name}' holds {values.First(value => !float.IsFinite(value))}; the training that made it had failed, or its numbers do not fit into single precision.");
    }

    private void Add(string name, float[] values, params long[] shape) => _state[name] = TensorData.FromSingles(values, shape);
}
