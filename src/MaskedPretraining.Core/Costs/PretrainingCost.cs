using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Core.Costs;

/// <summary>What pre-training a configuration costs: arithmetic a step and a run, parameters, memory. Two figures are told apart wherever they differ.</summary>
/// <remarks>
/// <para><em>Published formula</em>: the count by which papers compare methods. Every patch is embedded, thrown ones too, and every patch left in the last sequence is projected to its target.
/// With it AMT 0.45/0.40 costs 0.607 of MAE 0.75 (ViT-B/16, 224 pixels).</para>
/// <para><em>This implementation</em>: thrown patches are not embedded, nor masked ones where mask tokens enter the decoder; only masked patches are projected.</para>
/// </remarks>
public sealed class PretrainingCost
{
    private readonly VisionTransformerOptions _options;
    private readonly StackCost _encoder;
    private readonly StackCost? _decoder;
    private readonly long _targetLength;
    private readonly bool _predictsLosses;

    /// <summary>A configuration, copied.</summary>
    /// <param name="encoder">The encoder, already validated.</param>
    /// <param name="decoder">The decoder, already validated; with a linear one mask tokens are in the encoder.</param>
    /// <param name="target">What is predicted about a patch.</param>
    /// <param name="predictsLosses">Whether there are the second decoder and the teacher of <see cref="HardPatchMasking"/>, which take MAE's decoder.</param>
    public PretrainingCost(VisionTransformerOptions encoder, DecoderOptions decoder, ReconstructionTarget target, bool predictsLosses = false)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(target);
        _options = encoder.Clone();
        _predictsLosses = predictsLosses && decoder is MaeDecoderOptions;
        _targetLength = target.HogOptions?.FeaturesOf(encoder) ?? encoder.PatchLength;
        _encoder = new StackCost(encoder.Depth, encoder.Width, encoder.Heads, encoder.MlpRatio);
        // A decoder's MLP is four times as wide as its tokens.
        _decoder = decoder is MaeDecoderOptions mae ? new StackCost(mae.Depth, mae.Width, mae.Heads, 4) : null;
    }

    /// <summary>Trained numbers of the encoder.</summary>
    public long EncoderParameters
    {
        get
        {
            long width = _options.Width, scales = _options.LayerScale is null ? 0 : 2 * width * _options.Depth;
            long positions = _options.Position switch
            {
                PositionEmbedding.Learned => (Patches + 1) * width,
                PositionEmbedding.Relative => (long)RelativePositionIndex.RowsOf(_options.Grid) * _options.Heads,
                _ => 0,
            };
            // Patch embedding with bias, class token, final normalisation.
            return _encoder.Parameters + ((_options.PatchLength + 4) * width) + scales + positions;
        }
    }

    /// <summary>Trained numbers of the decoder, mask token counted, and of the second one if there is one.</summary>
    public long DecoderParameters
    {
        get
        {
            long width = _options.Width;
            return _decoder is { } decoder
                ? ((_predictsLosses ? 2 : 1) * (decoder.Parameters + ((2 + _targetLength) * decoder.Width) + _targetLength)) + ((width + 2) * decoder.Width)
                : ((1 + _targetLength) * width) + _targetLength;
        }
    }

    /// <summary>MACs of one image's attention map by the published formula: the whole image through the encoder, the last block without its MLP.</summary>
    public double PublishedMap => Embed(Patches) + _encoder.Blocks(Patches + 1) - _encoder.Mlp(Patches + 1);

    /// <summary>MACs of one image's attention map in this implementation: of the last block the keys, the class token's query and its row of attention alone.</summary>
    public double ImplementationMap
    {
        get
        {
            double tokens = Patches + 1, width = _options.Width;
            return Embed(Patches) + ((_encoder.Depth - 1) * _encoder.Block(Patches + 1)) + (tokens * width * width) + (width * width) + (tokens * width);
        }
    }

    /// <summary>MACs of predicting the losses of one whole image: what the teacher of hard patches does in a step; 0 if there is none. The published formula counts the same.</summary>
    public double TeacherPass => _predictsLosses && _decoder is { } decoder
        ? Embed(Patches) + _encoder.Blocks(Patches + 1) + ((double)(Patches + 1) * _options.Width * decoder.Width) + decoder.Blocks(Patches + 1)
        : 0;

    private long Patches => _options.Grid.Count;

    /// <summary>A training image by the published formula.</summary>
    /// <param name="counts">Masked, thrown and visible patches; together N.</param>
    /// <exception cref="ArgumentException">The counts do not add up to N.</exception>
    public ForwardCost Published(MaskCounts counts) => Of(counts, embedded: Patches, predicted: null);

    /// <summary>A training image in this implementation.</summary>
    /// <inheritdoc cref="Published"/>
    public ForwardCost Implementation(MaskCounts counts) => Of(counts, embedded: _decoder is null ? counts.Visible + counts.Masked : counts.Visible, predicted: counts.Masked);

    /// <summary>A whole run by the published formula.</summary>
    /// <param name="masking">How many patches each epoch masks and throws, and how often maps are made.</param>
    /// <param name="epochs">Epochs of the run.</param>
    public RunCost PublishedRun(IMaskingStrategy masking, int epochs) => OfRun(masking, epochs, Published, cost => cost.PublishedMap);

    /// <summary>A whole run in this implementation.</summary>
    /// <inheritdoc cref="PublishedRun"/>
    public RunCost ImplementationRun(IMaskingStrategy masking, int epochs) => OfRun(masking, epochs, Implementation, cost => cost.ImplementationMap);

    /// <summary>
    /// What a training step holds at its peak. The model is a simple one: weights, one set of gradients a worker, moments; for each image under way the activations that the backward pass needs
    /// (16 numbers a token, channel and block with an MLP ratio of 4, and the attention probabilities), the patches it is given and, four times, the predicted numbers (prediction, target, their
    /// difference, its gradient). With bfloat16 on the CPU 5 of the 16 numbers are in single precision all the same, 42 bytes in all.
    /// </summary>
    /// <remarks>Left out, as they are small: relative positions, whole images for histograms of gradients. Left out too: the activations of what learned masks ask about whole images, AutoMAE's provider and the teacher of hard patches. Processes measured on the CPU grew by 0.95 to 1.13 times the total (bench/results/cost.md).</remarks>
    /// <param name="counts">Masked, thrown and visible patches; together N.</param>
    /// <param name="imagesAtATime">Images that a worker takes from forward to backward pass at a time: the whole batch, unless it is worked on in parts.</param>
    /// <param name="workers">Threads with gradients and activations of their own.</param>
    /// <param name="bfloat16">Whether products are computed in bfloat16, beside single-precision weights and moments.</param>
    /// <param name="averagesWeights">Whether a moving average of the weights is kept.</param>
    /// <param name="onGpu">Whether a GPU computes, with libtorch's own operations: sums are bfloat16 too then, and LayerScale is not folded into weights.</param>
    public MemoryEstimate Memory(MaskCounts counts, int imagesAtATime, int workers = 1, bool bfloat16 = false, bool averagesWeights = false, bool onGpu = false)
    {
        var cost = Implementation(counts);
        long parameters = EncoderParameters + DecoderParameters;
        int elementSize = bfloat16 ? 2 : sizeof(float), sumSize = onGpu ? elementSize : sizeof(float);
        long patches = sizeof(float) * ((long)(counts.Visible + counts.Masked) * _options.PatchLength + (4 * counts.Masked * _targetLength));
        long image = patches + _encoder.Activations(cost.EncoderTokens, elementSize, sumSize) + ((_predictsLosses ? 2 : 1) * (_decoder?.Activations(cost.DecoderTokens, elementSize, sumSize) ?? 0));
        int averages = (averagesWeights ? 1 : 0) + (_predictsLosses ? 1 : 0);
        long folded = _options.LayerScale is null || onGpu ? 0 : _encoder.Folded(_options.LayerScaleOnAttention);
        return new MemoryEstimate(
            parameters * (sizeof(float) + (bfloat16 ? elementSize : 0)),
            (parameters + (2 * folded)) * elementSize * workers,
            parameters * 2 * sizeof(float),
            parameters * averages * sizeof(float),
            image * imagesAtATime * workers);
    }

    private ForwardCost Of(MaskCounts counts, long embedded, long? predicted)
    {
        if (counts.Masked + counts.Thrown + counts.Visible != Patches)
        {
            throw new ArgumentException($"{counts.Masked} masked, {counts.Thrown} thrown and {counts.Visible} visible patches are not the {Patches} of a grid of {_options.Grid}.", nameof(counts));
        }

        int kept = counts.Masked + counts.Visible;
        if (_decoder is not { } decoder)
        {
            return new ForwardCost(1 + kept, 0, Embed(embedded) + _encoder.Blocks(1 + kept), (double)(predicted ?? kept) * _options.Width * _targetLength);
        }

        double projections = ((double)(1 + counts.Visible) * _options.Width * decoder.Width) + ((double)(predicted ?? (1 + kept)) * decoder.Width * _targetLength);
        // The second decoder's outputs are averaged, so that one for a masked patch does.
        double second = _predictsLosses ? decoder.Blocks(1 + kept) + (predicted is { } masked ? (double)masked * decoder.Width : (1.0 + kept) * decoder.Width * _targetLength) : 0;
        return new ForwardCost(1 + counts.Visible, 1 + kept, Embed(embedded) + _encoder.Blocks(1 + counts.Visible), projections + decoder.Blocks(1 + kept) + second);
    }

    private double Embed(long patches) => (double)patches * _options.PatchLength * _options.Width;

    private RunCost OfRun(IMaskingStrategy masking, int epochs, Func<MaskCounts, ForwardCost> cost, Func<PretrainingCost, double> mapOf)
    {
        ArgumentNullException.ThrowIfNull(masking);
        var epochsOfRun = Enumerable.Range(0, epochs).Select(epoch => new TrainingProgress(epoch, epochs)).ToList();
        double maps = masking switch
        {
            IAttentionGuidedMasking guided => epochsOfRun.Count(guided.Schedule.RefreshesBefore) * mapOf(this),
            AutoMaeMasking learned => epochs * mapOf(new PretrainingCost(learned.Provider.Architecture, new LinearDecoderOptions(), ReconstructionTarget.Pixels)),
            HardPatchMasking { Options: var hardPatches } => epochsOfRun.Count(progress => hardPatches.HardCountAt(_options.Grid, progress) > 0) * TeacherPass,
            _ => 0,
        };
        return new RunCost(epochsOfRun.Sum(progress => cost(masking.CountsAt(_options.Grid, progress)).Step), maps);
    }
}
