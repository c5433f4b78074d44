using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class UntrainedEncoderTests
{
    private static VisionTransformerOptions Architecture(PositionEmbedding position) => new()
    {
        ImageHeight = 8, ImageWidth = 8, PatchSize = 4, Width = 8, Depth = 1, Heads = 2, Position = position,
    };

    [TestMethod]
    [DataRow(PositionEmbedding.SinCos)]
    [DataRow(PositionEmbedding.Learned)]
    [DataRow(PositionEmbedding.Relative)]
    public void Create_AnyPositions_GivesAnEncoderThatRuns(PositionEmbedding position)
    {
        using var runner = new EncoderRunner(UntrainedEncoder.Create(Architecture(position), seed: 4));
        var output = runner.Run(new float[3 * 8 * 8], 1);
        Assert.IsTrue(output.Cls.All(float.IsFinite));
        Assert.IsTrue(output.Cls.Any(value => value != 0));
    }

    [TestMethod]
    public void Create_Seed_DecidesTheWeights()
    {
        float[] Weights(ulong seed) => UntrainedEncoder.Create(Architecture(PositionEmbedding.SinCos), seed).Weights["blocks.0.mlp.fc1.weight"].ToSingles();
        CollectionAssert.AreEqual(Weights(1), Weights(1));
        CollectionAssert.AreNotEqual(Weights(1), Weights(2));
    }

    [TestMethod]
    public void Create_ImpossibleArchitecture_IsRefused()
    {
        var architecture = Architecture(PositionEmbedding.SinCos);
        architecture.PatchSize = 3;
        Assert.ThrowsExactly<InvalidOptionsException>(() => UntrainedEncoder.Create(architecture));
    }
}
