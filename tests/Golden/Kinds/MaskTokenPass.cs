using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Training;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>An encoder that sees mask tokens, with a case's weights under this library's names. The cases' images are already scaled.</summary>
internal sealed class MaskTokenPass : IDisposable
{
    private readonly VisionTransformerOptions _options;
    private readonly Objective _objective;

    public MaskTokenPass(VisionTransformerOptions options, Objective objective, StateDictionary weights)
    {
        (_options, _objective) = (options, objective);
        Model = MaskedImageModel.Create(options, new LinearDecoderOptions(), objective.Target.LengthFor(options), ScalarType.Float32, CPU);
        Model.Load(weights);
    }

    public MaskedImageModel Model { get; }

    /// <summary>Adds the gradients of a batch's loss and returns the loss.</summary>
    /// <param name="images"><c>[B, C, H, W]</c>.</param>
    /// <param name="codes">1 masked, 0 visible, -1 thrown, <c>[B, N]</c>; the number of thrown patches is the same in each image.</param>
    /// <returns>The loss, and the kept patches' numbers <c>[B, k]</c>.</returns>
    public (float Loss, long[] Kept) Backward(float[] images, long[] codes)
    {
        using var scope = NewDisposeScope();
        int count = _options.Grid.Count, batch = codes.Length / count;
        var plans = PlansOf(codes, batch, count);
        var kept = KeptPatches.Of(plans, count);
        float[] patches = EngineCase.Patches(images, _options);
        var rows = EngineCase.Rows(patches, _options, batch, kept.Numbers);
        var step = new StepTensors(batch, rows, EngineCase.Upload(TokenNumbers.WithClass(batch, kept.Numbers)), rows.index_select(0, EngineCase.Upload(kept.MaskedAmongKept)))
        {
            MaskFlags = TensorMemory.From<float>(kept.Flags, ScalarType.Float32, CPU, kept.Flags.Length, 1),
            MaskedRows = EngineCase.Upload(kept.MaskedAmongTokens),
            AllPatches = TensorMemory.From<float>(patches, ScalarType.Float32, CPU, batch * count, _options.PatchLength),
            MaskedNumbers = EngineCase.Upload([.. Enumerable.Range(0, codes.Length).Where(i => codes[i] == 1).Select(i => (long)i)]),
        };
        var loss = _objective.Of(Model.Forward(step), step, plans.MaskedTotal).Loss;
        loss.backward();
        return (loss.item<float>(), kept.Numbers);
    }

    public void Dispose() => Model.Dispose();

    // Lists of equal length in each image: the most that are masked, the rest of them visible.
    private static MaskedImages PlansOf(long[] codes, int batch, int count)
    {
        long[][] masked = [.. codes.Chunk(count).Select(row => Where(row, 1))], visible = [.. codes.Chunk(count).Select(row => Where(row, 0))];
        int listed = masked.Max(row => row.Length);
        return new MaskedImages(
            batch,
            default,
            visible.Zip(masked).SelectMany(pair => pair.First[(listed - pair.Second.Length)..]).ToArray(),
            visible.Zip(masked).SelectMany(pair => pair.Second.Concat(pair.First[..(listed - pair.Second.Length)])).ToArray())
        {
            MaskedCounts = masked.Select(row => row.Length).ToArray(),
        };
    }

    private static long[] Where(long[] row, long code) => [.. Enumerable.Range(0, row.Length).Where(patch => row[patch] == code).Select(patch => (long)patch)];
}
