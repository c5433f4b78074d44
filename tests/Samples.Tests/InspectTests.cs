using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Samples;

[TestClass]
public sealed class InspectTests
{
    private const int Width = 64;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void Inspect_WholeEncoder_ListsTensorsFamilyAndArchitecture()
    {
        var (exitCode, output) = Inspect(Encoder());

        Assert.AreEqual(0, exitCode, output);
        Assert.MatchesRegex(@"blocks\.0\.attn\.qkv\.weight +F32 +\[192, 64\]", output);
        Assert.Contains("format Safetensors", output);
        Assert.Contains("Encoder: Timm, 18 tensors", output);
        Assert.Contains("64 wide, 1 blocks, 1 heads, MLP ratio 4, patches of 8x8 pixels, images of 16x16 with 3 channels", output);
        Assert.Contains("Not part of the encoder: 1 tensors", output);
    }

    [TestMethod]
    public void Inspect_EncoderThatDoesNotFit_SaysWhatIsMissingAndLeftOver()
    {
        var whole = Encoder();
        var state = new StateDictionary();
        foreach (string name in whole.Names)
        {
            state[name == "norm.bias" ? "norm.shift" : name] = whole[name];
        }

        var (exitCode, output) = Inspect(state);

        Assert.AreEqual(2, exitCode, output);
        Assert.Contains("Nearest family: Timm", output);
        Assert.Contains("Missing:\n  norm.bias\n", output.ReplaceLineEndings("\n"));
        Assert.Contains("Left over:\n  norm.shift\n", output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void Inspect_FileThatIsNoCheckpoint_SaysSo()
    {
        string path = Path.Combine(TestContext.TestTempDirectory!, "notes.pth");
        File.WriteAllText(path, "no checkpoint");

        var (exitCode, output) = Sample.Run("Inspect", path);

        Assert.AreEqual(1, exitCode, output);
        Assert.Contains("notes.pth cannot be used", output);
    }

    private (int ExitCode, string Output) Inspect(StateDictionary state)
    {
        string path = Path.Combine(TestContext.TestTempDirectory!, "encoder.safetensors");
        SafetensorsFile.Write(path, state);
        return Sample.Run("Inspect", path);
    }

    /// <summary>One block of a ViT under timm's names, with a classifier.</summary>
    private static StateDictionary Encoder()
    {
        var state = new StateDictionary();
        foreach (var (name, shape) in new (string, long[])[]
        {
            ("cls_token", [1, 1, Width]), ("pos_embed", [1, 5, Width]), ("patch_embed.proj.weight", [Width, 3, 8, 8]), ("patch_embed.proj.bias", [Width]),
            ("blocks.0.norm1.weight", [Width]), ("blocks.0.norm1.bias", [Width]), ("blocks.0.attn.qkv.weight", [3 * Width, Width]), ("blocks.0.attn.qkv.bias", [3 * Width]),
            ("blocks.0.attn.proj.weight", [Width, Width]), ("blocks.0.attn.proj.bias", [Width]), ("blocks.0.norm2.weight", [Width]), ("blocks.0.norm2.bias", [Width]),
            ("blocks.0.mlp.fc1.weight", [4 * Width, Width]), ("blocks.0.mlp.fc1.bias", [4 * Width]), ("blocks.0.mlp.fc2.weight", [Width, 4 * Width]), ("blocks.0.mlp.fc2.bias", [Width]),
            ("norm.weight", [Width]), ("norm.bias", [Width]), ("head.weight", [10, Width]),
        })
        {
            state[name] = TensorData.FromSingles(new float[shape.Aggregate(1L, (count, side) => count * side)], shape);
        }

        return state;
    }
}
