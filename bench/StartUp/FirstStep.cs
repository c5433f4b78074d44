using System.Globalization;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.StartUp;

/// <summary>The process that <see cref="StartUpBenchmark"/> starts: trains one step and says when what was done, in milliseconds since 1970.</summary>
internal static class FirstStep
{
    /// <summary>The word that starts it.</summary>
    public const string Name = "first-step";

    /// <summary>What is said, in this order.</summary>
    public static readonly string[] Moments = ["program", "libtorch", "first step"];

    public static void Run()
    {
        Say(Moments[0]);
        _ = TorchRuntime.Description;
        Say(Moments[1]);
        var options = EngineTimer.OptionsOf(new BenchShape(), ComputePrecision.Float32);
        new Pretrainer(new NoiseImages(options.BatchSize, options.Architecture.ImageWidth, options.Architecture.Channels), options).Run(progress: new Progress());
    }

    private static void Say(string moment) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{moment}={(DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds:F1}"));

    private sealed class Progress : IProgress<PretrainingMetrics>
    {
        public void Report(PretrainingMetrics value)
        {
            if (!value.IsEpochEnd)
            {
                Say(Moments[2]);
            }
        }
    }
}
