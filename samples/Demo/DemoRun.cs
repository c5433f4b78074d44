using MaskedPretraining.Core.Pictures;
using MaskedPretraining.ML;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Spectre.Console;

namespace Demo;

/// <summary>The demo from beginning to end.</summary>
internal sealed class DemoRun(DemoSettings settings)
{
    /// <summary>Images that the fresh process scores too.</summary>
    private const int ComparedImages = 32;

    /// <summary>Images in the picture.</summary>
    private const int PicturedImages = 8;

    private readonly MLContext _ml = new(seed: 1);

    public int Run()
    {
        settings.Output.Create();
        _ml.Log += (_, line) =>
        {
            if (line.Kind == ChannelMessageKind.Warning)
            {
                AnsiConsole.MarkupLineInterpolated($"[yellow]{line.RawMessage}[/]");
            }
        };
        var data = DemoData.Open(_ml, settings);
        var architecture = settings.Recipe.Architecture;
        AnsiConsole.MarkupLineInterpolated($"Encoder: {architecture.ImageHeight} px in {architecture.Grid} patches, {architecture.Width} wide, {architecture.Depth} deep. {MaskedPretraining.Torch.Runtime.TorchRuntime.Description}");

        var table = new ResultTable([.. data.Tests.Select(test => test.Name)]);
        using var untrained = Measure(data, table, "untrained", Masking.Random(), 0, out _);
        using var random = Measure(data, table, "random masking (MAE)", Masking.Random(), settings.Recipe.Epochs, out _);
        using var guided = Measure(data, table, "attention-driven (AMT)", Masking.AttentionDriven(), settings.Recipe.Epochs, out var scores);
        table.Print();

        string photos = Path.Combine(settings.Output.FullName, "photos");
        WritePhotos(guided.Transformer, data, photos);
        double difference = CompareWithFreshProcess(guided.Transformer, scores?.Probe, photos);
        string page = DemoPage.Write(settings.Output.FullName, table, difference, data.Tests[0].View, PicturedImages, random, guided);
        AnsiConsole.MarkupLineInterpolated($"Model and pictures: {page}");
        return difference <= FreshProcess.Tolerance ? 0 : 1;
    }

    private TrainedEncoder Measure(DemoData data, ResultTable table, string name, Masking masking, int epochs, out Scores? scores)
    {
        var encoder = TrainedEncoder.Fit(_ml, settings, data.Train, name, masking, epochs);
        scores = data.HasLabels ? Scores.Of(_ml, encoder.Transformer, data) : null;
        table.Add(encoder, scores);
        return encoder;
    }

    private static void WritePhotos(GuidedMaeTransformer encoder, DemoData data, string folder)
    {
        Directory.CreateDirectory(folder);
        int number = 0;
        foreach (var picture in encoder.Reconstruct(data.Tests[0].View, ComparedImages))
        {
            PngWriter.Save(Path.Combine(folder, $"{number++:000}.png"), picture.Image);
        }
    }

    private double CompareWithFreshProcess(GuidedMaeTransformer encoder, LinearProbeTransformer? probe, string photos)
    {
        string path = Path.Combine(settings.Output.FullName, "model.zip");
        var view = _ml.MaskedPretraining.ImageFolder(photos);
        ITransformer[] steps = probe is null ? [encoder] : [encoder, probe];
        var model = new TransformerChain<ITransformer>(steps);
        _ml.MaskedPretraining.SaveModel(model, view.Schema, path);
        double difference = FreshProcess.Compare(model.Transform(view), path, photos, settings.Output.FullName);
        AnsiConsole.MarkupLineInterpolated($"A fresh process loaded {Path.GetFileName(path)} with ML.NET's own parts alone; largest difference over {ComparedImages} images: {difference:0.0e+0} (allowed {FreshProcess.Tolerance:0e+0}).");
        return difference;
    }
}
