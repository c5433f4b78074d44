using System.Globalization;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Checkpoints.Encoders;

namespace Inspect;

/// <summary>What there is to say of a checkpoint.</summary>
internal sealed class Report(Checkpoint checkpoint, RecognizedEncoder encoder)
{
    /// <summary>Prints it.</summary>
    /// <returns>Whether an encoder can be loaded.</returns>
    public bool Print(TextWriter output)
    {
        PrintTensors(output);
        output.WriteLine();
        if (encoder.Family is null)
        {
            output.WriteLine("No encoder: no tensor is named like a block or the patch embedding of a vision transformer that is known.");
            return false;
        }

        string where = encoder.Prefix.Length == 0 ? "" : $" under '{encoder.Prefix}'";
        output.WriteLine($"{(encoder.IsComplete ? "Encoder" : "Nearest family")}: {encoder.Family}{where}, {encoder.TensorCount} tensors");
        if (encoder.Architecture is { } found)
        {
            output.WriteLine($"  {found.Width} wide, {found.Depth} blocks, {found.Heads} heads, MLP ratio {found.MlpRatio}, patches of {found.PatchSize}x{found.PatchSize} pixels, images of {found.ImageHeight}x{found.ImageWidth} with {found.Channels} channels");
        }

        PrintNames(output, "Missing", encoder.Missing);
        PrintNames(output, "Left over", encoder.LeftOver);
        PrintNames(output, "Wrong", encoder.Problems);
        if (encoder.Ignored.Count > 0)
        {
            output.WriteLine($"Not part of the encoder: {encoder.Ignored.Count} tensors");
        }

        return encoder.IsComplete;
    }

    private void PrintTensors(TextWriter output)
    {
        long elements = 0;
        int width = checkpoint.Names.Count == 0 ? 0 : checkpoint.Names.Max(name => name.Length);
        foreach (string name in checkpoint.Names)
        {
            var shape = checkpoint.ShapeOf(name);
            elements += shape.Aggregate(1L, (count, side) => count * side);
            output.WriteLine($"{name.PadRight(width)}  {checkpoint.TypeOf(name),-4}  [{string.Join(", ", shape)}]");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Names.Count} tensors, {elements:N0} numbers, {checkpoint.Length:N0} bytes, format {checkpoint.Format}"));
    }

    private static void PrintNames(TextWriter output, string heading, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
        {
            output.WriteLine($"{heading}:");
            foreach (string name in names)
            {
                output.WriteLine($"  {name}");
            }
        }
    }
}
