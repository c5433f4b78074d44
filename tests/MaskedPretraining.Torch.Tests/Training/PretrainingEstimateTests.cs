using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Holds what a step is expected to take to what the kernels and their threads take.</summary>
[TestClass]
public sealed class PretrainingEstimateTests
{
    // 49 patches, of which 2 are thrown: 48 tokens, which the kernels' vectors divide, so that probabilities are not padded.
    private static readonly VisionTransformerOptions Encoder = new() { ImageHeight = 28, ImageWidth = 28, PatchSize = 4, Width = 64, Depth = 2, Heads = 4 };
    private static readonly MaskCounts Counts = new(20, 2, 27);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Memory_Activations_AreTheBuffersOfTheBlocks(bool bfloat16)
    {
        const int Images = 3, Tokens = 48;
        using var scope = NewDisposeScope();
        var shape = VisionTransformer.ShapeOf(Encoder);
        long kept = bfloat16
            ? BytesOf(new StackBuffers<ushort, BFloat16Element>(shape, Images * Tokens, Images, ScalarType.BFloat16))
            : BytesOf(new StackBuffers<float, SingleElement>(shape, Images * Tokens, Images, ScalarType.Float32));
        // Two statistics of each normalised row, and two rows of sums, are too little to count.
        long left = sizeof(float) * ((Images * Tokens * shape.Depth * 2 * 2) + (2 * shape.Hidden));
        long patches = sizeof(float) * Images * (47L + (4 * 20)) * Encoder.PatchLength;
        var estimate = new PretrainingCost(Encoder, new LinearDecoderOptions(), ReconstructionTarget.Pixels).Memory(Counts, Images, bfloat16: bfloat16);
        Assert.AreEqual(kept - left, estimate.Activations - patches);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Memory_LayerScale_IsWhatItsFoldsKeep(bool bfloat16)
    {
        using var scope = NewDisposeScope();
        var options = Encoder.Clone();
        options.LayerScale = 0.1;
        var plain = new PretrainingCost(options, new LinearDecoderOptions(), ReconstructionTarget.Pixels);
        using var arena = new ParameterArena([.. VisionTransformer.Declare(options)], bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32, CPU);
        long kept = 0;
        for (int block = 0; block < options.Depth; block++)
        {
            foreach (var (layer, scale) in new[] { ("attn.proj", "gamma_1"), ("mlp.fc2", "gamma_2") })
            {
                using var fold = new LayerScaleFold<float>(arena, $"blocks.{block}.{layer}", $"blocks.{block}.{scale}");
                // Weight and gradient, and a bias for every output of both.
                kept += 2 * (fold.Layer.Weight.numel() + options.Width) * fold.Layer.Weight.element_size();
            }
        }

        long parameters = plain.EncoderParameters + plain.DecoderParameters;
        Assert.AreEqual(kept, plain.Memory(Counts, 1, bfloat16: bfloat16).Gradients - (parameters * (bfloat16 ? 2 : 4)));
    }

    [TestMethod]
    [DataRow(1, 1, false, 1)]
    [DataRow(44, 2, false, 22, DisplayName = "one part a core")]
    [DataRow(88, 2, false, 22, DisplayName = "two parts alike")]
    [DataRow(94, 2, false, 31, DisplayName = "parts of 15 and 16")]
    [DataRow(2048, 2, false, 43, DisplayName = "many parts")]
    [DataRow(2048, 2, true, 128, DisplayName = "few parts, as gradients are rounded")]
    public void ImagesHeld_AnyBatch_IsTheSumOfThePartsSizes(int batch, int cores, bool bfloat16, int expected)
    {
        const int Kept = 49;
        Assert.AreEqual(expected, ParallelStep.ImagesHeld(batch, cores, Kept, bfloat16));
        using var threads = new SingleCoreThreads(cores);
        var sizes = Enumerable.Range(0, cores).Select(_ => new HashSet<int>()).ToArray();
        threads.Run(batch, ParallelStep.ImagesAtATime(Kept), (core, _, some) => sizes[core].Add(some), ParallelStep.MostParts(bfloat16));
        Assert.AreEqual(expected, sizes.Max(found => found.Sum()));
    }

    [TestMethod]
    public void Of_CpuAndGpu_CountWhatTheyHold()
    {
        var options = new PretrainerOptions { Architecture = Encoder.Clone(), BatchSize = 512, Device = ComputeDevice.Cpu, Precision = ComputePrecision.BFloat16, Masking = new RandomMasking(0.75) };
        var cost = new PretrainingCost(options.Architecture, options.Decoder, options.Target);
        var counts = options.Masking.CountsAt(options.Architecture.Grid, new TrainingProgress(0, options.Epochs));
        int held = ParallelStep.ImagesHeld(512, TorchRuntime.Threads, 49, isBFloat16: true);
        Assert.AreEqual(cost.Memory(counts, held, TorchRuntime.Threads, bfloat16: true), PretrainingEstimate.Of(options).Memory);
        options.Device = ComputeDevice.Cuda;
        Assert.AreEqual(cost.Memory(counts, 512, bfloat16: true, onGpu: true), PretrainingEstimate.Of(options).Memory);
    }

    private static long BytesOf<T, TElement>(StackBuffers<T, TElement> buffers)
        where T : unmanaged
        where TElement : IElement<T>
    {
        using (buffers)
        {
            Tensor[] once =
            [
                buffers.Input.Rows, buffers.Gradient.Rows, buffers.RoundedGradient.Rows, buffers.NarrowGradient.Rows, buffers.WideGradient.Rows, buffers.Hidden.Rows, buffers.RoundedHidden.Rows, buffers.Sums.Rows,
            ];
            var inBlocks = buffers.Blocks.SelectMany(a => new[]
            {
                a.Normalized1.Rows, a.QueryKeyValue.Rows, a.Probabilities.Rows, a.Attended.Rows, a.Middle.Rows, a.Normalized2.Rows, a.Slope.Rows, a.Activated.Rows, a.Output.Rows, a.Statistics1.Rows, a.Statistics2.Rows,
            });
            // Rounded gradients of single precision are the gradients.
            return once.Concat(inBlocks).Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>().Sum(tensor => tensor.numel() * tensor.element_size());
        }
    }
}
