using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>Reads an encoder's shape off its tensors' shapes.</summary>
internal sealed class EncoderShapes
{
    // Every ViT in use but ViT-H and those below ViT-Ti has heads of this width.
    private const int UsualHeadWidth = 64;
    private const int HugeWidth = 1280;
    private const int HugeHeads = 16;
    private static readonly string[] LayersOfBlock = ["norm1", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2"];
    private readonly Checkpoint _checkpoint;
    private readonly EncoderKeyMap _map;
    private readonly List<string> _problems = [];

    private EncoderShapes(Checkpoint checkpoint, EncoderKeyMap map) => (_checkpoint, _map) = (checkpoint, map);

    /// <summary>The architecture as trained, pixel statistics aside, or what keeps it from being known.</summary>
    /// <param name="checkpoint">Holds the tensors.</param>
    /// <param name="map">Names them; nothing that <see cref="Required"/> lists is missing.</param>
    /// <param name="heads">Attention heads, if they were told.</param>
    public static (VisionTransformerOptions? Architecture, IReadOnlyList<string> Problems) Infer(Checkpoint checkpoint, EncoderKeyMap map, int? heads)
    {
        var shapes = new EncoderShapes(checkpoint, map);
        var architecture = shapes.Infer(heads);
        return (shapes._problems.Count == 0 ? architecture : null, shapes._problems);
    }

    /// <summary>timm's names of the tensors that an encoder must have, those that may be stored in parts left out.</summary>
    public static IEnumerable<string> Required(int depth)
    {
        string[] ofBlock = [.. LayersOfBlock.SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" })];
        return ["cls_token", "patch_embed.proj.weight", "patch_embed.proj.bias", .. Enumerable.Range(0, depth).SelectMany(i => ofBlock.Select(name => $"blocks.{i}.{name}")), "norm.weight", "norm.bias"];
    }

    private VisionTransformerOptions? Infer(int? heads)
    {
        var patch = ShapeOf("patch_embed.proj.weight");
        if (patch is not [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue, > 0 and <= int.MaxValue, _] || patch[2] != patch[3])
        {
            _problems.Add($"{_map["patch_embed.proj.weight"]} is {Text(patch)} instead of [width, channels, side, side] of square patches");
            return null;
        }

        var (width, channels, side) = ((int)patch[0], (int)patch[1], (int)patch[2]);
        bool isRelative = _map.Has(KeyScheme.RelativePositions);
        int grid = isRelative ? RelativeGridSide() : GridSide(width);
        long hidden = ShapeOf("blocks.0.mlp.fc1.weight") is [var rows, ..] ? rows : 0;
        Require(hidden >= width && hidden % width == 0, $"{_map["blocks.0.mlp.fc1.weight"]} has {hidden} rows, no multiple of the width {width}");
        int? known = heads ?? (isRelative ? TableHeads() : width == HugeWidth ? HugeHeads : width % UsualHeadWidth == 0 ? width / UsualHeadWidth : null);
        Require(known is not null, $"the number of attention heads is stored nowhere, and a width of {width} does not tell it; set {nameof(EncoderLoadOptions.Heads)}");
        Require(known is null || width % known == 0, $"a width of {width} cannot have {known} attention heads; set {nameof(EncoderLoadOptions.Heads)} to a divisor");
        Require((long)grid * side <= int.MaxValue, $"{grid} patches of {side} pixels are no image");
        if (_problems.Count > 0)
        {
            return null;
        }

        var architecture = new VisionTransformerOptions
        {
            ImageHeight = grid * side,
            ImageWidth = grid * side,
            Channels = channels,
            PatchSize = side,
            Width = width,
            Depth = _map.Depth,
            Heads = known!.Value,
            MlpRatio = (int)(hidden / width),
            Position = isRelative ? PositionEmbedding.Relative : PositionEmbedding.Learned,
        };
        Check(KeyScheme.RelativePositions, RelativePositionIndex.RowsOf(architecture.Grid), architecture.Heads);
        CheckAll(width, hidden);
        return architecture;
    }

    private int GridSide(int width)
    {
        const string Name = "pos_embed";
        var shape = ShapeOf(Name);
        long rows = shape is [1, > 1, _] && shape[2] == width ? shape[1] : 0;
        foreach (long patches in new[] { rows - 1, rows })
        {
            // One row belongs to the class token, or none does.
            int side = (int)Math.Sqrt(Math.Max(patches, 0));
            if (side > 0 && (long)side * side == patches)
            {
                return side;
            }
        }

        _problems.Add($"{_map[Name]} is {Text(shape)} instead of [1, 1 + patches, {width}] of a square grid of patches");
        return 0;
    }

    private int? TableHeads() => ShapeOf(KeyScheme.RelativePositions) is [_, > 0 and <= int.MaxValue and var heads] ? (int)heads : null;

    // (2G - 1)^2 offsets between patches of a grid of G x G, and three rows of the class token.
    private int RelativeGridSide()
    {
        const int ClassRows = 3;
        var shape = ShapeOf(KeyScheme.RelativePositions);
        int offsets = shape is [> ClassRows and <= int.MaxValue, > 0 and <= int.MaxValue] ? (int)Math.Sqrt(shape[0] - ClassRows) : 0;
        if (offsets % 2 == 1 && ((long)offsets * offsets) + ClassRows == shape[0])
        {
            return (offsets + 1) / 2;
        }

        _problems.Add($"{_map[KeyScheme.RelativePositions]} is {Text(shape)} instead of [(2G-1)^2 + 3, heads] of a grid of GxG patches");
        return 0;
    }

    private void CheckAll(long width, long hidden)
    {
        foreach (string name in _map.Names)
        {
            var type = _checkpoint.TypeOf(name);
            Require(type is TensorElementType.F16 or TensorElementType.BF16 or TensorElementType.F32 or TensorElementType.F64, $"{name} holds {type}, but weights must be floating-point numbers");
        }

        Check("cls_token", 1, 1, width);
        Check("patch_embed.proj.bias", width);
        CheckLayer("norm", null, width);
        foreach (string block in Enumerable.Range(0, _map.Depth).Select(i => $"blocks.{i}."))
        {
            CheckLayer(block + "norm1", null, width);
            CheckLayer(block + "norm2", null, width);
            CheckLayer(block + "attn.qkv", width, 3 * width);
            foreach (string part in new[] { "q", "k", "v", "proj" })
            {
                CheckLayer($"{block}attn.{part}", width, width);
            }

            CheckLayer(block + "mlp.fc1", width, hidden);
            CheckLayer(block + "mlp.fc2", hidden, width);
            Check(block + "gamma_1", width);
            Check(block + "gamma_2", width);
        }
    }

    private void CheckLayer(string name, long? inputs, long outputs)
    {
        Check(name + ".weight", inputs is { } columns ? [outputs, columns] : [outputs]);
        Check(name + ".bias", outputs);
    }

    private void Check(string timm, params long[] expected)
    {
        if (_map.Has(timm))
        {
            Require(ShapeOf(timm).SequenceEqual(expected), $"{_map[timm]} is {Text(ShapeOf(timm))} instead of {Text(expected)}");
        }
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            _problems.Add(otherwise);
        }
    }

    private IReadOnlyList<long> ShapeOf(string timm) => _checkpoint.ShapeOf(_map[timm]);

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
