using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Tests;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Files that other programs have written.</summary>
[TestClass]
public sealed class RealCheckpointFilesTests
{
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["broken.pt"] = "neither a safetensors file nor one of torch.save",
        ["test.npy"] = "neither a safetensors file nor one of torch.save",
        ["test.npz"] = "no data.pkl",
    };

    [TestMethod]
    public void Open_EveryFile_LoadsOrIsRefusedForTheRightReason()
    {
        if (SharedData.Find("data/checkpoints") is not { } folder)
        {
            return;
        }

        int loaded = 0;
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is not (".md" or ".onnx")))
        {
            if (Refused.TryGetValue(Path.GetFileName(path), out string? reason))
            {
                Assert.Contains(reason, Assert.ThrowsExactly<CheckpointFormatException>(() => Checkpoint.Open(path)).Message);
                continue;
            }

            using var checkpoint = Checkpoint.Open(path);
            Assert.IsNotEmpty(checkpoint.Names, path);
            foreach (string name in checkpoint.Names)
            {
                CollectionAssert.AreEqual(checkpoint.ShapeOf(name).ToArray(), checkpoint.Read(name).Shape.ToArray(), $"{path}, {name}");
            }

            loaded++;
        }

        Assert.IsGreaterThan(80, loaded);
    }

    [TestMethod]
    public void Open_OnnxModel_IsRefused()
    {
        if (SharedData.Find("data/checkpoints/onnx/microsoft/mnist.onnx") is { } path)
        {
            Assert.ThrowsExactly<CheckpointFormatException>(() => Checkpoint.Open(path));
        }
    }

    [TestMethod]
    [DataRow("synthetic/mae_tiny_random.pth", "synthetic/mae_tiny_random.safetensors")]
    [DataRow("synthetic/mae_tiny_random_legacy.pth", "synthetic/mae_tiny_random.safetensors")]
    [DataRow("synthetic/mae_tiny_random_with_args.pth", "synthetic/mae_tiny_random.safetensors")]
    [DataRow("formats/pybridge/pickled_tensors__tensors.pth", "formats/pybridge/pickled_tensors__tensors.safetensors")]
    public void Read_SameTensorsInTwoFormats_AreTheSameBytes(string torchFile, string safetensorsFile)
    {
        if (SharedData.Find("data/checkpoints") is not { } folder)
        {
            return;
        }

        using var torch = Checkpoint.Open(Path.Combine(folder, torchFile));
        using var safetensors = Checkpoint.Open(Path.Combine(folder, safetensorsFile));
        foreach (string name in safetensors.Names)
        {
            string own = torch.Contains(name) ? name : $"model/{name}";
            CollectionAssert.AreEqual(safetensors.Read(name).Bytes, torch.Read(own).Bytes, name);
        }
    }

    [TestMethod]
    [DataRow("mae_tiny_random.safetensors", EncoderFamily.Mae, "")]
    [DataRow("mae_tiny_random.pth", EncoderFamily.Mae, "model/")]
    [DataRow("mae_tiny_random_legacy.pth", EncoderFamily.Mae, "model/")]
    [DataRow("mae_tiny_random_with_args.pth", EncoderFamily.Mae, "model/")]
    [DataRow("vit_tiny_random_encoder.pth", EncoderFamily.Dino, "")]
    [DataRow("vit_tiny_random_encoder_fp16.pth", EncoderFamily.Dino, "")]
    [DataRow("dino_style_tiny_random.pth", EncoderFamily.Dino, "teacher/backbone.")]
    public void Recognize_SyntheticFile_TellsItsFamily(string file, EncoderFamily family, string prefix)
    {
        if (SharedData.Find($"data/checkpoints/synthetic/{file}") is not { } path)
        {
            return;
        }

        using var checkpoint = Checkpoint.Open(path);
        var options = new EncoderLoadOptions { Heads = 3 };
        var found = EncoderReader.Recognize(checkpoint, options);
        Assert.IsTrue(found.IsComplete, found.Explain());
        Assert.AreEqual(prefix, found.Prefix);
        Assert.AreEqual(family, found.Family);
        var architecture = EncoderReader.Load(checkpoint, options).Architecture;
        Assert.AreEqual((32, 4, 48, 3, 3, 4), (architecture.ImageHeight, architecture.PatchSize, architecture.Width, architecture.Depth, architecture.Heads, architecture.MlpRatio));
    }

    [TestMethod]
    [DataRow("vit/researchase/vit_mnist_gpu.pt", "is named like a block")]
    [DataRow("cnn/burn/mnist.pt", "is named like a block")]
    public void Load_OtherNetworks_SaysWhatDoesNotFit(string file, string reason)
    {
        if (SharedData.Find($"data/checkpoints/{file}") is { } path)
        {
            Assert.Contains(reason, Assert.ThrowsExactly<CheckpointFormatException>(() => EncoderReader.Load(path)).Message);
        }
    }
}
