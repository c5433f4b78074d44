using System.Globalization;
using MaskedPretraining.Bench.Processes;
using MaskedPretraining.Bench.Results;

namespace MaskedPretraining.Bench.Loading;

/// <summary>The machine's Python imaging stack on the same photos: <c>decode_resize.py</c>.</summary>
/// <param name="python">An interpreter with Pillow.</param>
/// <param name="folder">The photos.</param>
internal sealed class PillowBaseline(string python, string folder)
{
    /// <summary>Images that Pillow prepares in a second of the processor; 0 if it fails, which is said.</summary>
    /// <param name="seconds">How long it is measured.</param>
    public double Run(double seconds)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "decode_resize.py");
        var output = OtherProgram.Run(python, [script, folder, seconds.ToString(CultureInfo.InvariantCulture)])!;
        if (output.ExitCode != 0)
        {
            BenchReport.Say($"decode_resize.py failed: {output.Problem}");
            return 0;
        }

        double[] numbers = [.. output.Lines[0].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return numbers[0] / numbers[1];
    }
}
