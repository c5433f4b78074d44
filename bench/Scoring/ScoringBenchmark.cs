using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.Bench.Scoring;

/// <summary>Images that are scored in a second: by ONNX Runtime alone, by our scorer, through a cursor, row by row as ML.NET does it, and from files.</summary>
internal static class ScoringBenchmark
{
    private const int SweepRounds = 2;
    private const int Rounds = 7;
    private const string Features = "Features";
    private static readonly int[] BatchSizes = [1, 4, 8, 16, 32];

    public static void Run(BenchReport report)
    {
        report.Setting("rounds", $"{Rounds}, in turns; ratios are medians over the rounds");
        report.Setting("raw session", $"default options and with sleeping threads, batch sizes {string.Join(", ", BatchSizes)}; the fastest counts");
        Measure(report, "ViT-Ti/4 32 px", VisionTransformerOptions.Tiny(32, 4), images: 128);
        Measure(report, "ViT-Ti/16 224 px", VisionTransformerOptions.Tiny(224, 16), images: 32);
    }

    private static void Measure(BenchReport report, string name, VisionTransformerOptions architecture, int images)
    {
        var context = new MLContext();
        var folder = Directory.CreateTempSubdirectory("scoring");
        string weights = Path.Combine(folder.FullName, "encoder.safetensors"), model = Path.Combine(folder.FullName, "encoder.onnx"), saved = Path.Combine(folder.FullName, "model.zip");
        using var data = new ScoredImages(context, architecture, images);
        IDataView vectors = data.Vectors(), decoded = data.Images(), files = data.Files();
        SafetensorsFile.Write(weights, UntrainedEncoder.Create(architecture).Weights);
        var encoder = context.MaskedPretraining.LoadEncoder(weights, Features, "Image");
        using var ofVectors = encoder.Fit(vectors);
        using var ofImages = encoder.Fit(decoded);
        using var ofFiles = encoder.Fit(files);
        ofVectors.ExportOnnx(model);
        context.Model.Save(ofVectors, vectors.Schema, saved);
        var loaded = context.Model.Load(saved, out _);
        float[] features = new float[images * architecture.Width];
        using var spinning = new RawSession(model, data.Pixels, images, spins: true);
        using var sleeping = new RawSession(model, data.Pixels, images, spins: false);
        using var scorer = new OnnxScorer(model);
        (RawSession Session, int Batch)[] raw = [.. BatchSizes.Where(size => size <= images).SelectMany(size => new[] { (spinning, size), (sleeping, size) })];
        double[] sweep = [.. Turns.Time(SweepRounds, [.. raw.Select(way => (Action)(() => way.Session.Score(way.Batch)))]).Select(seconds => seconds.Min())];
        var best = raw[Array.IndexOf(sweep, sweep.Min())];
        var turns = Turns.Time(
            Rounds,
            () => best.Session.Score(best.Batch),
            () => scorer.Score(data.Pixels, images, [new OutputBuffer("cls", features)]),
            () => Read(ofVectors.Transform(vectors), images),
            () => Read(ofImages.Transform(decoded), images),
            () => Read(ofFiles.Transform(files), images),
            () => Read(loaded.Transform(vectors), images));
        string prefix = $"scoring {name}", baseline = "raw session at its best batch size";
        report.Setting(name, $"{images} images; best raw session: batch size {best.Batch}, waiting threads {(best.Session == spinning ? "spin" : "sleep")}");
        report.Add($"{prefix} raw session", images / turns[0].Min(), "images/s");
        report.Ratio($"{prefix} OnnxScorer", StepTurns.Ratio(turns[0], turns[1]), baseline);
        report.Ratio($"{prefix} cursor over vectors", StepTurns.Ratio(turns[0], turns[2]), baseline);
        report.Ratio($"{prefix} cursor over decoded images", StepTurns.Ratio(turns[0], turns[3]), baseline);
        report.Ratio($"{prefix} cursor over image files", StepTurns.Ratio(turns[0], turns[4]), baseline);
        report.Ratio($"{prefix} saved model, row by row", StepTurns.Ratio(turns[0], turns[5]), baseline);
        report.Ratio($"{prefix} cursor over vectors", StepTurns.Ratio(turns[5], turns[2]), "the saved model row by row");
        folder.Delete(recursive: true);
    }

    private static void Read(IDataView view, int images)
    {
        var column = view.Schema[Features];
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        int rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            getter(ref value);
        }

        if (rows != images)
        {
            throw new InvalidOperationException($"{rows} rows were read instead of {images}.");
        }
    }
}
