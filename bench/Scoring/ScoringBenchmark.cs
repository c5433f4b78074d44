using System.Diagnostics;
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
    private const int Rounds = 4;
    private const string Features = "Features";
    private static readonly int[] BatchSizes = [1, 4, 8, 16, 32];

    public static void Run(BenchReport report)
    {
        report.Setting("rounds", $"{Rounds}, in turns; the fastest counts");
        report.Setting("raw session", $"default options, batch sizes {string.Join(", ", BatchSizes)}");
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
        using var raw = new RawSession(model, data.Pixels, images);
        using var scorer = new OnnxScorer(model);
        int[] batches = [.. BatchSizes.Where(size => size <= images)];
        double[] seconds = FastestOf(
        [
            .. batches.Select(size => (Action)(() => raw.Score(size))),
            () => scorer.Score(data.Pixels, images, [new OutputBuffer("cls", features)]),
            () => Read(ofVectors.Transform(vectors), images),
            () => Read(ofImages.Transform(decoded), images),
            () => Read(ofFiles.Transform(files), images),
            () => Read(loaded.Transform(vectors), images),
        ]);
        double best = seconds[..batches.Length].Min();
        double[] ours = seconds[batches.Length..];
        string prefix = $"scoring {name}", baseline = "raw session at its best batch size";
        report.Setting(name, $"{images} images; best batch size of the raw session {batches[Array.IndexOf(seconds, best)]}");
        report.Add($"{prefix} raw session", images / best, "images/s");
        report.Ratio($"{prefix} OnnxScorer", best / ours[0], baseline);
        report.Ratio($"{prefix} cursor over vectors", best / ours[1], baseline);
        report.Ratio($"{prefix} cursor over decoded images", best / ours[2], baseline);
        report.Ratio($"{prefix} cursor over image files", best / ours[3], baseline);
        report.Ratio($"{prefix} saved model, row by row", best / ours[4], baseline);
        report.Ratio($"{prefix} cursor over vectors", ours[4] / ours[1], "the saved model row by row");
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

    // In turns, so that what else runs on the machine disturbs all alike. The first round warms up.
    private static double[] FastestOf(Action[] ways)
    {
        double[] fastest = Array.ConvertAll(ways, _ => double.PositiveInfinity);
        for (int round = 0; round <= Rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                long start = Stopwatch.GetTimestamp();
                ways[way]();
                fastest[way] = round == 0 ? fastest[way] : Math.Min(fastest[way], Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return fastest;
    }
}
