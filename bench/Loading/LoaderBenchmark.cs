using MaskedPretraining.Bench.Processes;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.ML;

namespace MaskedPretraining.Bench.Loading;

/// <summary>
/// Images that one core makes ready for pre-training at 224 pixels in a second: decoded on the fly, and from a cache of decoded ones, in turns with Pillow and with a plain loop in this process; then
/// how memory grows with the data, and labelled images by augmentation.
/// </summary>
internal static class LoaderBenchmark
{
    private const int Rounds = 5;
    private const int Warming = 2;
    private const double SecondsOfPillow = 1.5;
    private const int PlainImages = 100;
    private const int Size = 224;
    private static readonly VisionTransformerOptions Architecture = VisionTransformerOptions.Base(Size);

    public static void Run(BenchReport report, string? photos)
    {
        string scratch = Directory.CreateTempSubdirectory("loader-bench").FullName;
        try
        {
            Photos(report, BenchPhotos.Find(photos, scratch), scratch);
            LoaderMemory.Run(report, scratch);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }

        LabeledLoading.Run(report);
    }

    private static void Photos(BenchReport report, string folder, string scratch)
    {
        var files = ImageFolder.Open(folder, new MLImageDecoder(), [".jpg", ".jpeg"]);
        using var cache = ImageCache.Open(files, Path.Combine(scratch, "cache"));
        using var ownSize = ImageCache.Open(files, Path.Combine(scratch, "cache"), new ImageCacheOptions { ShorterSide = null });
        BenchReport.Say($"{cache.Description}");
        report.Setting("rounds", $"{Rounds}, of each the fastest; seconds of the processor");
        report.Setting("photos", $"{files.Count}");
        report.Setting("target", $"{Size} px, crops of 20 to 100 %, bicubic, flipped half of the time");
        Contender[] runs =
        [
            new("plain loop in C#", PlainImages, epoch => PlainLoop(files, epoch)),
            Loading("on the fly", files, times: 4),
            Loading("cached, shorter side 256", cache, times: 25),
            Loading("cached, own size", ownSize, times: 25),
        ];
        double[] rates = new double[runs.Length];
        var pillow = Python.With("PIL") is { } python ? new PillowBaseline(python, folder) : null;
        double pillowRate = 0;
        for (int round = -Warming; round < Rounds; round++)
        {
            pillowRate = Math.Max(pillowRate, round < 0 ? 0 : pillow?.Run(SecondsOfPillow) ?? 0);
            for (int run = 0; run < runs.Length; run++)
            {
                double seconds = ProcessorTime.Of(() => runs[run].Epoch(round + Warming));
                rates[run] = Math.Max(rates[run], round < 0 ? 0 : runs[run].Count / seconds);
            }
        }

        Add(report, runs, rates, pillowRate);
        report.Add("loader on the fly, allocated", AllocatedAnImage(new RepeatedImages(files, 10)), "bytes an image");
        report.Add("loader cached, allocated", AllocatedAnImage(new RepeatedImages(cache, 25)), "bytes an image");
    }

    private static void Add(BenchReport report, Contender[] runs, double[] rates, double pillow)
    {
        if (pillow > 0)
        {
            report.Add("loader Pillow", pillow, "images/s a core");
        }

        for (int run = 0; run < runs.Length; run++)
        {
            report.Add($"loader {runs[run].Name}", rates[run], "images/s a core");
            if (run > 0)
            {
                report.Ratio($"loader {runs[run].Name} to plain loop", rates[run] / rates[0], "a plain loop in C#");
                if (pillow > 0)
                {
                    report.Ratio($"loader {runs[run].Name} to Pillow", rates[run] / pillow, "decode and resize with Pillow");
                }
            }
        }
    }

    // In the second half of an epoch, when the buffers of a thread are as large as they get.
    private static double AllocatedAnImage(IImageSource images)
    {
        BatchLoader loader = LoaderOf(images);
        int half = loader.BatchesPerEpoch / 2;
        long bytes = 0;
        foreach (PretrainingBatch batch in loader.Epoch(new TrainingProgress(0, 1)))
        {
            bytes = batch.Number == half ? GC.GetTotalAllocatedBytes(precise: true) : bytes;
            batch.Dispose();
        }

        return (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / ((loader.BatchesPerEpoch - half) * loader.BatchSize);
    }

    private static Contender Loading(string name, IImageSource images, int times)
    {
        BatchLoader loader = LoaderOf(new RepeatedImages(images, times));
        return new Contender(name, loader.BatchesPerEpoch * loader.BatchSize, epoch => Load(loader, epoch));
    }

    private static BatchLoader LoaderOf(IImageSource images) => new(images, Architecture, new RandomMasking(), new BatchLoaderOptions { BatchSize = 32, Threads = 1 });

    internal static void Load(BatchLoader loader, int epoch)
    {
        foreach (PretrainingBatch batch in loader.Epoch(new TrainingProgress(epoch, epoch + 1)))
        {
            batch.Dispose();
        }
    }

    private static void PlainLoop(IImageSource images, int epoch)
    {
        var crop = new RandomResizedCrop();
        for (int index = 0; index < PlainImages; index++)
        {
            RgbImage image = images.Load(index % images.Count);
            (CropBox box, bool flip) = crop.Draw(image.Height, image.Width, new RandomStream(0, RandomPurpose.Crop, epoch, index));
            PlainResize.Run(image, box, Size, flip);
        }
    }
}
