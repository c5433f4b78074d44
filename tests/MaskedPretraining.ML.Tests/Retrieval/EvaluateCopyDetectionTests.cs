using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Retrieval;

[TestClass]
public sealed class EvaluateCopyDetectionTests
{
    private static readonly MLContext Context = new();

    private static readonly Row[] Originals = [new() { Original = "a", Features = [1, 0] }, new() { Original = "b", Features = [0, 1] }, new() { Original = "stranger", Features = [1, 1] }];

    [TestMethod]
    public void EvaluateCopyDetection_Blocks_AreScoredApart()
    {
        Row[] copies =
        [
            new() { Original = "a", Block = "crop", Features = [9, 1] },
            new() { Original = "b", Block = "crop", Features = [1, 9] },
            new() { Original = "a", Block = "jpeg", Features = [6, 5] },
        ];
        var metrics = Evaluate(copies, block: "Block");
        Assert.AreSequenceEqual(["crop", "jpeg"], metrics.Blocks.Select(block => block.Name).ToArray());
        Assert.AreSequenceEqual([1, 0.25], metrics.Blocks.Select(block => block.MeanAveragePrecision).ToArray(), "the third is nearer to the stranger: (0 + 1/2) / 2");
        Assert.AreEqual(0.625, metrics.MeanAveragePrecision, "the mean of the blocks, not of the queries");
        Assert.AreEqual(2, metrics.Blocks[0].Queries);
    }

    [TestMethod]
    public void EvaluateCopyDetection_PatchTokens_DecideWhereClassTokensDoNot()
    {
        Row[] originals = [new() { Original = "a", Patches = [1, 0, 1, 0] }, new() { Original = "b", Patches = [0, 1, 0, 1] }];
        Row[] copies = [new() { Original = "b", Patches = [0, 3, 0, 0] }];
        Assert.AreEqual(0.25, Evaluate(copies, originals).MeanAveragePrecision);
        Assert.AreEqual(1, Evaluate(copies, originals, patches: "Patches").MeanAveragePrecision);
    }

    [TestMethod]
    public void EvaluateCopyDetection_OriginalMissing_NamesIt() =>
        Assert.Contains("The original 'c' of query 0", Assert.ThrowsExactly<InvalidDataException>(() => Evaluate([new() { Original = "c" }])).Message);

    [TestMethod]
    public void EvaluateCopyDetection_PatchesOfAnotherWidth_AreRefused() =>
        Assert.Contains("no patch tokens of 2", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Evaluate([new() { Original = "a" }], patches: "Odd")).Message);

    private static Core.Evaluation.Retrieval.CopyDetectionMetrics Evaluate(Row[] copies, Row[]? originals = null, string? block = null, string? patches = null) => Context.MaskedPretraining.EvaluateCopyDetection(
        Context.Data.LoadFromEnumerable(copies), Context.Data.LoadFromEnumerable(originals ?? Originals), blockColumnName: block, patchTokensColumnName: patches);

    private sealed class Row
    {
        public string Original { get; set; } = "";

        public string Block { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [1, 1];

        [VectorType(2, 2)]
        public float[] Patches { get; set; } = [0, 0, 0, 0];

        [VectorType(3)]
        public float[] Odd { get; set; } = [0, 0, 0];
    }
}
