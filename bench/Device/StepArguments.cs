using System.Globalization;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Device;

/// <summary>What is measured, as the command line that both the library's step and <c>bench/pytorch/mae.py</c> understand.</summary>
/// <param name="Shape">The network; its batch is not looked at.</param>
/// <param name="Precision">Number format of the matrix products.</param>
/// <param name="IsCuda">On the first CUDA device, else on the CPU.</param>
/// <param name="WarmUp">Steps before the first that counts.</param>
/// <param name="Steps">Steps that count, in four stretches of which the best does.</param>
internal sealed record StepArguments(BenchShape Shape, ComputePrecision Precision, bool IsCuda, int WarmUp, int Steps)
{
    private const string Half = "bf16";
    private const string Single = "fp32";

    /// <summary>ViT-B/16 of 224 pixels, three quarters masked, a decoder 512 wide and 8 deep, in bfloat16: MAE's own on ImageNet.</summary>
    public static StepArguments OfCuda { get; } = new(
        new BenchShape { Side = 224, Patch = 16, Width = 768, Depth = 12, Heads = 12, DecoderWidth = 512, DecoderDepth = 8, DecoderHeads = 16 }, ComputePrecision.BFloat16, IsCuda: true, WarmUp: 10, Steps: 80);

    /// <summary>ViT-Ti/4 of 32 pixels, small enough to try all of it on a CPU.</summary>
    public static StepArguments OfCpu { get; } = new(new BenchShape(), ComputePrecision.Float32, IsCuda: false, WarmUp: 1, Steps: 4);

    /// <summary>The command line, batch sizes included.</summary>
    public string[] ToCommandLine(string batches) =>
    [
        "--device", IsCuda ? "cuda" : "cpu", "--precision", Precision == ComputePrecision.BFloat16 ? Half : Single, "--batch", batches,
        "--image-size", Text(Shape.Side), "--patch-size", Text(Shape.Patch), "--mask-ratio", Text(Shape.MaskRatio),
        "--width", Text(Shape.Width), "--depth", Text(Shape.Depth), "--heads", Text(Shape.Heads),
        "--decoder-width", Text(Shape.DecoderWidth), "--decoder-depth", Text(Shape.DecoderDepth), "--decoder-heads", Text(Shape.DecoderHeads),
        "--warmup", Text(WarmUp), "--steps", Text(Steps),
    ];

    /// <summary>Reads a command line of <see cref="ToCommandLine"/> with one batch size, which becomes the shape's.</summary>
    public static StepArguments Parse(string[] words)
    {
        var values = words.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        var shape = new BenchShape
        {
            Side = Number("--image-size"), Patch = Number("--patch-size"), Width = Number("--width"), Depth = Number("--depth"), Heads = Number("--heads"),
            DecoderWidth = Number("--decoder-width"), DecoderDepth = Number("--decoder-depth"), DecoderHeads = Number("--decoder-heads"),
            MaskRatio = double.Parse(values["--mask-ratio"], CultureInfo.InvariantCulture), Batch = Number("--batch"),
        };
        return new StepArguments(
            shape, values["--precision"] == Half ? ComputePrecision.BFloat16 : ComputePrecision.Float32, values["--device"] == "cuda", Number("--warmup"), Number("--steps"));

        int Number(string name) => int.Parse(values[name], CultureInfo.InvariantCulture);
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
