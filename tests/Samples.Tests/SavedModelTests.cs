using System.Globalization;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Pictures;
using MaskedPretraining.ML;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.Samples;

/// <summary>Saved classifiers predict the same in a process that has nothing of this library: the sample LoadInBox, started as one.</summary>
[TestClass]
public sealed class SavedModelTests
{
    // One row at a time there, batches here: the order of sums differs in the last bits of single precision.
    private const double Tolerance = 1e-5;
    private const int Photos = 6;
    private static readonly MLContext Context = new(seed: 1);

    public static IEnumerable<string[]> Models => [["fine-tuned classifier"], ["linear probe over images"], ["linear probe over features"], ["k-NN"]];

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void SavedModel_InAProcessWithoutThisLibrary_PredictsTheSame(string name)
    {
        var folder = Directory.CreateTempSubdirectory("mpml-saved-");
        try
        {
            string photos = Directory.CreateDirectory(Path.Combine(folder.FullName, "photos")).FullName;
            var source = new GeneratedScenes(Photos, 40, seed: 9, SceneSplit.Test);
            for (int photo = 0; photo < Photos; photo++)
            {
                PngWriter.Save(Path.Combine(photos, $"{photo}.png"), source.Load(photo));
            }

            string path = Path.Combine(folder.FullName, "model.zip"), output = Path.Combine(folder.FullName, "output.txt");
            var scenes = Context.Transforms.Conversion.MapValueToKey("Label").Fit(Scenes()).Transform(Scenes());
            var model = Fit(name, scenes);
            Context.MaskedPretraining.SaveModel(model, scenes.Schema, path);
            var (exitCode, text) = Sample.Run("LoadInBox", path, photos, output);

            Assert.AreEqual(0, exitCode, text);
            Assert.Contains("assemblies of this library in the process: 0", text);
            var here = model.Transform(Context.MaskedPretraining.ImageFolder(photos));
            float[][] scores = [.. here.GetColumn<float[]>("Score")];
            string[] predicted = [.. Context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(here).Transform(here).GetColumn<string>("Name")];
            string[][] lines = [.. File.ReadLines(output).Select(line => line.Split('\t'))];
            Assert.HasCount(Photos, lines);
            for (int photo = 0; photo < Photos; photo++)
            {
                Assert.AreEqual(predicted[photo], lines[photo][1], $"class of photo {photo}");
                float[] there = [.. lines[photo][2].Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
                Assert.HasCount(scores[photo].Length, there);
                Assert.IsLessThan(Tolerance, scores[photo].Zip(there, (left, right) => Math.Abs((double)left - right)).Max(), $"scores of photo {photo}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ITransformer Fit(string name, IDataView scenes)
    {
        var encoder = Encoder();
        switch (name)
        {
            case "fine-tuned classifier":
                return Context.MaskedPretraining.FineTune("Label", "Image", encoder.Weights, new FineTuningOptions { Epochs = 1, BatchSize = 16 }).Fit(scenes);
            case "linear probe over images":
                return Context.MaskedPretraining.LinearProbe(encoder.Weights, "Label", "Image", ImageProbeOptions.Fast()).Fit(scenes);
            case "linear probe over features":
                return encoder.Append(Context.MaskedPretraining.LinearProbe("Label", "Features", LinearProbeOptions.Fast()).Fit(encoder.Transform(scenes)));
            default:
                return encoder.Append(Context.MaskedPretraining.Knn(neighbors: 5).Fit(encoder.Transform(scenes)));
        }
    }

    private static GuidedMaeTransformer Encoder() => Context.MaskedPretraining.GuidedMae("Features", "Image", new GuidedMaeOptions
    {
        Architecture = new VisionTransformerOptions { ImageHeight = 32, ImageWidth = 32, PatchSize = 8, Width = 32, Depth = 2, Heads = 2 },
        Decoder = new MaeDecoderOptions { Width = 16, Depth = 1, Heads = 2 },
        Epochs = 1,
        BatchSize = 16,
        Seed = 1,
    }).Fit(Scenes());

    private static IDataView Scenes() => Context.MaskedPretraining.GeneratedScenes(48);
}
