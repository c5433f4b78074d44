using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Onnx.Tests.Support;

/// <summary>The vision transformer written with plain loops in double precision, as slow and as obvious as it gets.</summary>
internal sealed class ReferenceEncoder
{
    private readonly VisionTransformerOptions _options;
    private readonly StateDictionary _weights;
    private readonly int _width;
    private readonly int _patches;

    public ReferenceEncoder(EncoderWeights encoder)
    {
        (_options, _weights) = (encoder.Architecture, encoder.Weights);
        (_width, _patches) = (_options.Width, _options.Grid.Count);
    }

    /// <summary>One image [C, H, W] in 0..255 to final tokens [patches + 1][D] and the class token's attention in the last block [h][patches + 1].</summary>
    public (double[][] Tokens, double[][] Attention) Forward(ReadOnlySpan<float> image)
    {
        double[][] tokens = Embed(image);
        double[][] attention = [];
        for (int block = 0; block < _options.Depth; block++)
        {
            tokens = Block(block, tokens, Norm1(block, tokens), out attention);
        }

        return (Array.ConvertAll(tokens, token => Normalize("norm", token)), attention);
    }

    /// <summary>What each block puts out, [depth][patches + 1][D], not normalised.</summary>
    public double[][][] Blocks(ReadOnlySpan<float> image)
    {
        var outputs = new double[_options.Depth][][];
        double[][] tokens = Embed(image);
        for (int block = 0; block < outputs.Length; block++)
        {
            outputs[block] = tokens = Block(block, tokens, Norm1(block, tokens), out _);
        }

        return outputs;
    }

    /// <summary>The final normalisation of a token.</summary>
    public double[] FinalNorm(double[] token) => Normalize("norm", token);

    /// <summary>A normalisation that is none of the encoder's.</summary>
    public double[] Normalize(LayerNormWeights norm, double[] token) => Normalize(norm.Scale, norm.Shift, token);

    /// <summary>What the last block reads, and what its first normalisation makes of it; both [patches + 1][D].</summary>
    public (double[][] Tokens, double[][] Normalized) BeforeLastBlock(ReadOnlySpan<float> image)
    {
        double[][] tokens = Embed(image);
        for (int block = 0; block < _options.Depth - 1; block++)
        {
            tokens = Block(block, tokens, Norm1(block, tokens), out _);
        }

        return (tokens, Norm1(_options.Depth - 1, tokens));
    }

    /// <summary>What the last block puts out, not normalised, from what its first normalisation is said to have put out.</summary>
    public double[][] LastBlock(double[][] tokens, double[][] normalized) => Block(_options.Depth - 1, tokens, normalized, out _);

    /// <summary>Key vectors of the patches in the last block, [patches][D].</summary>
    public double[][] Keys(ReadOnlySpan<float> image)
    {
        string layer = $"blocks.{_options.Depth - 1}.attn.qkv";
        return [.. BeforeLastBlock(image).Normalized.Skip(1).Select(token => Linear(layer, token)[_width..(2 * _width)])];
    }

    private double[][] Norm1(int block, double[][] tokens) => Array.ConvertAll(tokens, token => Normalize($"blocks.{block}.norm1", token));

    private double[][] Block(int block, double[][] tokens, double[][] normalized, out double[][] attention)
    {
        double[][] change = Attend($"blocks.{block}", normalized, out attention);
        tokens = Add(tokens, Scale($"blocks.{block}.gamma_1", change, _options.LayerScaleOnAttention));
        change = Array.ConvertAll(tokens, token =>
        {
            double[] hidden = Linear($"blocks.{block}.mlp.fc1", Normalize($"blocks.{block}.norm2", token));
            return Linear($"blocks.{block}.mlp.fc2", Array.ConvertAll(hidden, Gelu));
        });
        return Add(tokens, Scale($"blocks.{block}.gamma_2", change, isScaled: true));
    }

    /// <summary>The class token's attention to the patches, as one map in 0..1.</summary>
    public double[] Map(double[][] attention, HeadNormalization normalization)
    {
        double[][] heads = Array.ConvertAll(attention, row => row[1..]);
        if (normalization == HeadNormalization.PerHeadThenMean)
        {
            heads = Array.ConvertAll(heads, ToUnit);
        }

        double[] mean = [.. Enumerable.Range(0, _patches).Select(patch => heads.Average(row => row[patch]))];
        return normalization == HeadNormalization.PerHeadThenMean ? mean : ToUnit(mean);
    }

    private static double[] ToUnit(double[] row) => Array.ConvertAll(row, value => (value - row.Min()) / (row.Max() - row.Min() + 1e-12));

    private double[][] Embed(ReadOnlySpan<float> image)
    {
        int side = _options.PatchSize;
        float[] projection = _weights["patch_embed.proj.weight"].ToSingles();
        float[] bias = _weights["patch_embed.proj.bias"].ToSingles();
        float[] positions = _options.Position == PositionEmbedding.Relative ? new float[(_patches + 1) * _width] : _weights["pos_embed"].ToSingles();
        float[] classToken = _weights["cls_token"].ToSingles();
        var tokens = new double[_patches + 1][];
        tokens[0] = new double[_width];
        for (int feature = 0; feature < _width; feature++)
        {
            tokens[0][feature] = (double)classToken[feature] + positions[feature];
        }

        for (int patch = 0; patch < _patches; patch++)
        {
            int top = patch / _options.Grid.Columns * side;
            int left = patch % _options.Grid.Columns * side;
            tokens[patch + 1] = new double[_width];
            for (int feature = 0; feature < _width; feature++)
            {
                double sum = bias[feature] + (double)positions[(patch + 1) * _width + feature];
                for (int channel = 0; channel < _options.Channels; channel++)
                {
                    double mean = _options.PixelMean[channel % _options.PixelMean.Length];
                    double deviation = _options.PixelStandardDeviation[channel % _options.PixelStandardDeviation.Length];
                    for (int y = 0; y < side; y++)
                    {
                        for (int x = 0; x < side; x++)
                        {
                            double pixel = image[(channel * _options.ImageHeight + top + y) * _options.ImageWidth + left + x];
                            sum += projection[((feature * _options.Channels + channel) * side + y) * side + x] * ((pixel / 255 - mean) / deviation);
                        }
                    }
                }

                tokens[patch + 1][feature] = sum;
            }
        }

        return tokens;
    }

    private double[][] Attend(string block, double[][] tokens, out double[][] classAttention)
    {
        int heads = _options.Heads;
        int headWidth = _width / heads;
        double[][] fused = Array.ConvertAll(tokens, token => Linear($"{block}.attn.qkv", token));
        double[][] result = Array.ConvertAll(tokens, _ => new double[_width]);
        classAttention = new double[heads][];
        for (int head = 0; head < heads; head++)
        {
            int first = head * headWidth;
            for (int query = 0; query < tokens.Length; query++)
            {
                double[] logits = new double[tokens.Length];
                for (int key = 0; key < tokens.Length; key++)
                {
                    for (int index = 0; index < headWidth; index++)
                    {
                        logits[key] += fused[query][first + index] * fused[key][_width + first + index] / Math.Sqrt(headWidth);
                    }
                }

                for (int key = 0; key < tokens.Length; key++)
                {
                    logits[key] += Bias(head, query, key);
                }

                double largest = logits.Max();
                double[] weights = Array.ConvertAll(logits, logit => Math.Exp(logit - largest));
                double total = weights.Sum();
                weights = Array.ConvertAll(weights, weight => weight / total);
                if (query == 0)
                {
                    classAttention[head] = weights;
                }

                for (int key = 0; key < tokens.Length; key++)
                {
                    for (int index = 0; index < headWidth; index++)
                    {
                        result[query][first + index] += weights[key] * fused[key][2 * _width + first + index];
                    }
                }
            }
        }

        return Array.ConvertAll(result, token => Linear($"{block}.attn.proj", token));
    }

    private double Bias(int head, int query, int key)
    {
        if (_options.Position != PositionEmbedding.Relative)
        {
            return 0;
        }

        int rows = _options.Grid.Rows, columns = _options.Grid.Columns, offsets = ((2 * rows) - 1) * ((2 * columns) - 1);
        int down = ((query - 1) / columns) - ((key - 1) / columns), right = ((query - 1) % columns) - ((key - 1) % columns);
        int row = query == 0 && key == 0 ? offsets + 2 : query == 0 ? offsets : key == 0 ? offsets + 1 : ((down + rows - 1) * ((2 * columns) - 1)) + right + columns - 1;
        return _weights["rel_pos_bias.relative_position_bias_table"].ToSingles()[(row * _options.Heads) + head];
    }

    private double[][] Scale(string name, double[][] tokens, bool isScaled)
    {
        if (_options.LayerScale is null || !isScaled)
        {
            return tokens;
        }

        float[] scale = _weights[name].ToSingles();
        return Array.ConvertAll(tokens, token => token.Select((value, feature) => value * scale[feature]).ToArray());
    }

    private double[] Linear(string name, double[] input)
    {
        float[] weight = _weights[$"{name}.weight"].ToSingles();
        float[] bias = _weights[$"{name}.bias"].ToSingles();
        double[] output = new double[bias.Length];
        for (int row = 0; row < output.Length; row++)
        {
            output[row] = bias[row];
            for (int column = 0; column < input.Length; column++)
            {
                output[row] += weight[row * input.Length + column] * input[column];
            }
        }

        return output;
    }

    private double[] Normalize(string name, double[] token) => Normalize(_weights[$"{name}.weight"].ToSingles(), _weights[$"{name}.bias"].ToSingles(), token);

    private double[] Normalize(float[] scale, float[] shift, double[] token)
    {
        double mean = token.Average();
        double variance = token.Average(value => (value - mean) * (value - mean));
        return [.. token.Select((value, index) => (value - mean) / Math.Sqrt(variance + _options.LayerNormEpsilon) * scale[index] + shift[index])];
    }

    private static double[][] Add(double[][] left, double[][] right) => [.. left.Zip(right, (a, b) => a.Zip(b, (x, y) => x + y).ToArray())];

    private static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    // erf by its Taylor series, summed until nothing changes; 25 terms of cancellation at most for |x| < 3, and 1 beyond 6.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
