using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Model, objective and optimizer of a run, and the three passes over images: a training step, a reconstruction loss, attention maps. Knows nothing of epochs.</summary>
internal sealed class PretrainingSession : IDisposable
{
    private readonly PretrainerOptions _options;
    private readonly ScalarType _computeType;
    private readonly PixelScaling _scaling;
    private readonly StepAssembler _assembler;
    private readonly PixelTarget _target;
    private readonly ParallelStep? _parallelStep;

    /// <param name="options">Already validated.</param>
    public PretrainingSession(PretrainerOptions options)
    {
        _options = options;
        var device = options.Device == ComputeDevice.Cuda || (options.Device == ComputeDevice.Auto && cuda.is_available()) ? CUDA : CPU;
        _computeType = PrecisionTrial.Resolve(options.Precision, device);
        Model = new MaskedAutoencoder(options.Architecture, options.Decoder, _computeType, device);
        Model.Parameters.Initialize(options.Seed);
        Optimizer = new AdamW(Model.Parameters, new AdamWOptions(options.Beta1, options.Beta2, AdamWOptions.DefaultEpsilon, options.WeightDecay));
        _target = new PixelTarget(options.NormalizePixels);
        _scaling = new PixelScaling(options.Architecture, device);
        _assembler = new StepAssembler(options.Architecture, _scaling, device);
        // Autograd's own operations do on other devices, and for widths that vectors do not divide.
        _parallelStep = device.type == DeviceType.CPU && PartialStep.Suits(options.Architecture, options.Decoder)
            ? new ParallelStep(Model, options.Architecture, options.Decoder, _target, _assembler, TorchRuntime.Threads)
            : null;
    }

    public MaskedAutoencoder Model { get; }

    public AdamW Optimizer { get; }

    /// <summary>What the matrix products are computed in: <c>Float32</c> or <c>BFloat16</c>.</summary>
    public string ComputeTypeName => _computeType.ToString();

    /// <summary>Does one optimizer step, unless the loss is not finite.</summary>
    /// <returns>The batch's loss before the step.</returns>
    public float Step(PretrainingBatch batch, double learningRate)
    {
        float value = AddGradients(batch);
        if (float.IsFinite(value))
        {
            Optimizer.Step(learningRate);
        }

        return value;
    }

    /// <summary>The reconstruction loss of a batch, nothing learnt.</summary>
    /// <param name="count">Images B.</param>
    /// <param name="patches">Pixels <c>[B, N, P*P*C]</c>.</param>
    /// <param name="visible">Visible patch numbers, <c>[B, v]</c>.</param>
    /// <param name="masked">Masked patch numbers, <c>[B, m]</c>.</param>
    public float Evaluate(int count, ReadOnlySpan<byte> patches, ReadOnlySpan<long> visible, ReadOnlySpan<long> masked)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return LossOf(count, patches, visible, masked).ToSingle();
    }

    /// <summary>Makes the attention map of every image with the encoder as it is: whole images, nothing masked.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing has changed.</exception>
    public AttentionMapTable MakeMaps(IImageSource images, CancellationToken cancellationToken)
    {
        var grid = _options.Architecture.Grid;
        var table = new AttentionMapTable(images.Count, grid);
        var loader = new WholeImageLoader(images, _options.Architecture, new BatchLoaderOptions { BatchSize = _options.BatchSize, Threads = _options.LoaderThreads });
        foreach (var loaded in loader.All(cancellationToken))
        {
            using var batch = loaded;
            float[] maps = MapsOf(batch.Count, batch.Patches);
            for (int place = 0; place < batch.Count; place++)
            {
                table.Set(batch.Samples[place], maps.AsSpan(place * grid.Count, grid.Count));
            }
        }

        return table;
    }

    public void Dispose()
    {
        _parallelStep?.Dispose();
        _scaling.Dispose();
        Optimizer.Dispose();
        Model.Dispose();
    }

    private float AddGradients(PretrainingBatch batch)
    {
        if (_parallelStep is not null)
        {
            return _parallelStep.Run(batch.Count, batch.Patches, batch.Visible, batch.Masked);
        }

        using var scope = NewDisposeScope();
        var loss = LossOf(batch.Count, batch.Patches, batch.Visible, batch.Masked);
        loss.backward();
        return loss.ToSingle();
    }

    private float[] MapsOf(int count, byte[] patches)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (pixels, tokens) = _assembler.AssembleAll(count, patches);
        return AttentionMaps.Of(Model.Encoder.ClassAttention(pixels.to(_computeType), tokens, count), _options.HeadNormalization);
    }

    private Tensor LossOf(int count, ReadOnlySpan<byte> patches, ReadOnlySpan<long> visible, ReadOnlySpan<long> masked)
    {
        using var scope = NewDisposeScope();
        var step = _assembler.Assemble(count, patches, visible, masked);
        var predictions = Model.Forward(step.VisiblePatches.to(_computeType), step.VisibleTokens, step.MaskedTokens, count);     // [B*m, P*P*C]
        return ReconstructionLoss.MeanSquaredError(predictions, _target.Of(step.MaskedPatches)).MoveToOuterDisposeScope();
    }
}
