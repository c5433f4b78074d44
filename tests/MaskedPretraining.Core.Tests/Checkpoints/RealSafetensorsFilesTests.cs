using MaskedPretraining.Tests;

namespace MaskedPretraining.Core.Checkpoints;

[TestClass]
public sealed class RealSafetensorsFilesTests
{
    [TestMethod]
    public void Read_FilesOfOtherWriters_AreReadAndWrittenBackTheSame()
    {
        if (SharedData.Find("data/checkpoints") is not { } folder)
        {
            return;
        }

        string copy = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        foreach (string path in Directory.EnumerateFiles(folder, "*.safetensors", SearchOption.AllDirectories))
        {
            var state = SafetensorsFile.Read(path);
            Assert.IsGreaterThan(0, state.Count, path);
            try
            {
                SafetensorsFile.Write(copy, state);
                var again = SafetensorsFile.Read(copy);
                CollectionAssert.AreEquivalent(state.Names.ToArray(), again.Names.ToArray(), path);
                foreach (string name in state.Names)
                {
                    CollectionAssert.AreEqual(state[name].Bytes, again[name].Bytes, $"{path}, {name}");
                }
            }
            finally
            {
                File.Delete(copy);
            }
        }
    }

    [TestMethod]
    public void Read_TinyMae_HasTheFieldsNames()
    {
        if (SharedData.Find("data/checkpoints/synthetic/mae_tiny_random.safetensors") is not { } path)
        {
            return;
        }

        var state = SafetensorsFile.Read(path);
        Assert.IsTrue(state.Contains("blocks.0.attn.qkv.weight"));
        Assert.AreEqual("pt", state.Metadata["format"]);
    }
}
