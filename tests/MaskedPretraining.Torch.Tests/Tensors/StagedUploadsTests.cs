using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Tensors;

[TestClass]
public sealed class StagedUploadsTests
{
    [TestMethod]
    public void From_StepsOfGrowingAndShrinkingSizes_BringsEachItsOwnValues()
    {
        using var uploads = new StagedUploads(CPU);
        using var scope = NewDisposeScope();
        var sent = new List<(Tensor Tensor, long[] Values)>();
        foreach (int size in new[] { 6, 2, 8, 4, 6 })
        {
            uploads.Begin();
            foreach (long first in new[] { 0L, 100 })
            {
                long[] values = [.. Enumerable.Range(0, size).Select(i => first + (10 * size) + i)];
                sent.Add((uploads.From<long>(values, ScalarType.Int64, 2, size / 2), values));
            }
        }

        foreach (var (tensor, values) in sent)
        {
            CollectionAssert.AreEqual(new long[] { 2, values.Length / 2 }, tensor.shape);
            CollectionAssert.AreEqual(values, tensor.view(-1).data<long>().ToArray());
        }
    }

    [TestMethod]
    public void From_OtherTypeInTheSamePlace_BringsItsValues()
    {
        using var uploads = new StagedUploads(CPU);
        using var scope = NewDisposeScope();
        uploads.Begin();
        uploads.From<byte>([1, 2, 3], ScalarType.Byte, 3);
        uploads.Begin();
        uploads.Begin();
        CollectionAssert.AreEqual(new[] { 0.5f, 2 }, uploads.From<float>([0.5f, 2], ScalarType.Float32, 2).data<float>().ToArray());
    }

    [TestMethod]
    public void Dispose_AfterSteps_FreesTheBuffers()
    {
        long before = LiveTensors.Settled();
        using (var uploads = new StagedUploads(CPU))
        {
            uploads.Begin();
            uploads.From<byte>([1], ScalarType.Byte, 1).Dispose();
            uploads.Begin();
            uploads.From<byte>([1, 2], ScalarType.Byte, 2).Dispose();
            Assert.AreEqual(before + 2, Tensor.TotalCount);
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }
}
