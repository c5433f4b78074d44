using System.Diagnostics;
using MaskedPretraining.Core.Checkpoints.PyTorch;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Small sound files with every byte changed and cut at every byte: whatever comes of it, it is tensors or the documented exception, and soon.</summary>
[TestClass]
public sealed class DamagedCheckpointTests
{
    // A hang is meant, not a slow machine: thousands of files take a second or two together.
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(60);
    private static readonly byte[] Flips = [0xff, 0x01];

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void Open_DamagedZip_ReadsOrRefuses() => ReadsOrRefuses(PthFiles.Zip(Contents(), [PthFiles.Counting]), "model.pth");

    [TestMethod]
    public void Open_DamagedStream_ReadsOrRefuses() => ReadsOrRefuses(PthFiles.Stream(Contents(), sizeof(float), [PthFiles.Counting]), "model.pth");

    [TestMethod]
    public void Open_DamagedSafetensors_ReadsOrRefuses()
    {
        string path = Path.Combine(TestContext.TestTempDirectory!, "sound.safetensors");
        SafetensorsFile.Write(path, new StateDictionary { ["w"] = TensorData.FromSingles([1, 2], 2), ["i"] = TensorData.FromInt64s([3], 1), Metadata = { ["a"] = "b" } });
        ReadsOrRefuses(File.ReadAllBytes(path), "model.safetensors");
    }

    [TestMethod]
    public void Open_DamagedIndex_ReadsOrRefuses()
    {
        SafetensorsFile.Write(Path.Combine(TestContext.TestTempDirectory!, "a.safetensors"), new StateDictionary { ["w"] = TensorData.FromSingles([1, 2], 2) });
        ReadsOrRefuses("""{"weight_map": {"w": "a.safetensors"}}"""u8.ToArray(), "model.index.json");
    }

    private static PickleBytes Contents() => new PickleBytes().Op('}').Op('(')
        .Text("w").Tensor("0", "FloatStorage", 6, 0, [2, 3], [1, 2])
        .Text("args").Global("argparse", "Namespace").Op(')').Raw(0x81).Op('}').Text("lr").Op('G').Raw(new byte[8]).Op('s').Op('b')
        .Op('u').Op('.');

    private void ReadsOrRefuses(byte[] sound, string name)
    {
        string path = Path.Combine(TestContext.TestTempDirectory!, name);
        var clock = Stopwatch.StartNew();
        int refused = Try(path, sound) ? 0 : 1;
        Assert.AreEqual(0, refused, "the file is sound before it is damaged");
        for (int i = 0; i < sound.Length; i++)
        {
            refused += Try(path, sound[..i]) ? 0 : 1;
            foreach (byte flip in Flips)
            {
                byte[] changed = [.. sound];
                changed[i] ^= flip;
                refused += Try(path, changed) ? 0 : 1;
            }
        }

        Assert.IsGreaterThan(sound.Length, refused, "damage goes unnoticed");
        Assert.IsLessThan(LongestTime, clock.Elapsed);
    }

    private static bool Try(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        try
        {
            using var checkpoint = Checkpoint.Open(path);
            foreach (string tensor in checkpoint.Names)
            {
                checkpoint.Read(tensor);
            }

            return true;
        }
        catch (CheckpointFormatException exception)
        {
            Assert.Contains(path, exception.Message);
            return false;
        }
    }
}
