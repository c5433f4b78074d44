using System.Diagnostics;
using MaskedPretraining.ML;
using Microsoft.ML;
using Spectre.Console;

namespace Demo;

/// <summary>One of the encoders that are compared.</summary>
internal sealed record TrainedEncoder(string Name, GuidedMaeTransformer Transformer, TimeSpan Time) : IDisposable
{
    /// <summary>Images trained on a second; 0 without training.</summary>
    public double ImagesPerSecond => Transformer.Metrics.Count == 0 ? 0 : Transformer.Metrics.Average(epoch => epoch.ImagesPerSecond);

    public static TrainedEncoder Fit(MLContext ml, DemoSettings settings, IDataView train, string name, Masking masking, int epochs)
    {
        var clock = Stopwatch.StartNew();
        GuidedMaeTransformer? transformer = null;
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            var task = context.AddTask(name, maxValue: Math.Max(epochs, 1));
            var options = settings.Recipe.Clone();
            options.Masking = masking;
            options.Epochs = epochs;
            options.MetricsCallback = epoch => task.Value = epoch.Epoch + 1;
            transformer = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(train);
            task.Value = task.MaxValue;
        });
        return new TrainedEncoder(name, transformer!, clock.Elapsed);
    }

    public void Dispose() => Transformer.Dispose();
}
