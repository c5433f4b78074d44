using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Compat.TorchSharp.Tests;

[TestClass]
public sealed class TensorTests
{
    [TestMethod]
    public void Tensor_FromArray_CopiesValuesAndShape()
    {
        using var scope = NewDisposeScope();
        float[] values = [1, 2, 3, 4, 5, 6];
        var t = tensor(values, [2, 3]);
        values[0] = 99;
        CollectionAssert.AreEqual(new long[] { 2, 3 }, t.shape);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, t.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 4, 2, 5, 3, 6 }, t.transpose(0, 1).data<float>().ToArray());
        Assert.AreEqual(5f, t[1, 1].item<float>());
    }

    [TestMethod]
    public void FromBuffer_EditedArray_ShowsInTheTensor()
    {
        using var scope = NewDisposeScope();
        float[] values = [1, 2, 3];
        var t = frombuffer(values, ScalarType.Float32);
        values[2] = 7;
        Assert.AreEqual(10f, t.sum().item<float>());
    }

    [TestMethod]
    public void Bytes_WrittenThrough_ChangesTheTensor()
    {
        using var t = zeros(3);
        MemoryMarshal.Cast<byte, float>(t.bytes)[1] = 2.5f;
        Assert.AreEqual(2.5f, t[1].ToSingle());
    }

    [TestMethod]
    public void Bytes_NotContiguous_Throws()
    {
        using var t = zeros(3, 4);
        using var turned = t.transpose(0, 1);
        Assert.ThrowsExactly<InvalidOperationException>(() => turned.bytes.Length);
    }

    [TestMethod]
    public void Item_OtherType_Throws()
    {
        using var t = tensor(1.5f);
        Assert.ThrowsExactly<ArgumentException>(() => t.item<double>());
        Assert.AreEqual(1.5, t.ToDouble());
    }

    [TestMethod]
    public void Operators_NumbersOnBothSides_FollowTheFormula()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 4 });
        Same([3, 5, 9], x * 2 + 1);
        Same([0.5f, 0, -1], 1 - x / 2);
        Same([2, 1, 0.5f], 2.0 / x);
        Same([-1, -2, -4], -x);
        Same([1, 4, 16], x.pow(2));
        Assert.AreEqual(2, (x > 1.5).sum().item<long>());
        x.mul_(2).add_(x).sub_(1);
        Same([3, 7, 15], x);
    }

    [TestMethod]
    public void Indexing_SlicesNoneAndTensors_SelectLikeLibtorch()
    {
        using var scope = NewDisposeScope();
        var x = arange(24, ScalarType.Float32).reshape(2, 3, 4);
        CollectionAssert.AreEqual(new long[] { 2, 1, 4 }, x[TensorIndex.Colon, TensorIndex.Slice(1, 2)].shape);
        CollectionAssert.AreEqual(new long[] { 2, 3, 1 }, x[TensorIndex.Ellipsis, 3..].shape);
        CollectionAssert.AreEqual(new long[] { 1, 3, 4 }, x[TensorIndex.None, 1].shape);
        Same([1, 2, 13, 14], x[TensorIndex.Colon, 0, 1..3].reshape(4));
        Same([0, 8, 12, 20], x[TensorIndex.Ellipsis, 0][TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 0, 2 }))].reshape(4));
        x[TensorIndex.Colon, 0] = zeros(2, 4);
        Assert.AreEqual(276f - 6 - 54, x.sum().item<float>());
    }

    [TestMethod]
    public void Reductions_OverDimensions_MatchLoops()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3, 4, 5, 9 }, [2, 3]);
        Same([6, 18], x.sum(1));
        Same([2.5f, 3.5f, 6], x.mean([0L]));
        Same([1, 7], x.var(1));
        Same([3, 9], x.amax(1));
        Same([1, 4], x.amin([1L], keepdim: false));
        var (values, indices) = x.max(1);
        Same([3, 9], values);
        Assert.AreEqual(2, indices[0].item<long>());
        Assert.AreEqual(5, x.flatten().argmax().item<long>());
        CollectionAssert.AreEqual(new long[] { 2, 0, 1 }, tensor(new float[] { 2, 3, 1 }).argsort().data<long>().ToArray());
    }

    [TestMethod]
    public void LinearAlgebra_SymmetricMatrix_IsRebuiltFromItsEigenvectors()
    {
        const double Tolerance = 1e-5; // float32, 4x4
        using var scope = NewDisposeScope();
        var a = randn(4, 4);
        a = a.mm(a.t());
        var (values, vectors) = linalg.eigh(a);
        Assert.IsTrue(allclose(vectors.mul(values).mm(vectors.t()), a, 0, Tolerance * a.abs().max().ToDouble() * 10));
        var (u, s, vh) = linalg.svd(a, fullMatrices: false);
        Assert.IsTrue(allclose(u.mul(s).mm(vh), a, 0, Tolerance * a.abs().max().ToDouble() * 10));
    }

    [TestMethod]
    public void Joining_CatStackChunk_RoundTrips()
    {
        using var scope = NewDisposeScope();
        var a = ones(2, 3);
        var b = zeros(2, 3);
        CollectionAssert.AreEqual(new long[] { 4, 3 }, cat([a, b]).shape);
        CollectionAssert.AreEqual(new long[] { 2, 2, 3 }, stack([a, b], 1).shape);
        Assert.HasCount(3, cat([a, b]).chunk(3, 1));
        Assert.HasCount(2, cat([a, b]).split([1L, 3L]));
        Assert.AreEqual(6f, einsum("ij,ij->", a, a).item<float>());
    }

    [TestMethod]
    public void To_OtherTypes_ConvertsAndCanDisposeTheSource()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new byte[] { 0, 128, 255 });
        var f = x.to(ScalarType.Float32, disposeAfter: true);
        Assert.IsTrue(x.IsInvalid);
        Same([0, 128, 255], f);
        Assert.AreEqual(ScalarType.BFloat16, f.bfloat16().dtype);
        Assert.AreEqual(255f, f.bfloat16().@float().max().item<float>());
    }

    [TestMethod]
    public void Mm_ShapesThatDoNotFit_ThrowsWithLibtorchsMessage()
    {
        using var scope = NewDisposeScope();
        var a = ones(2, 3);
        var error = Assert.ThrowsExactly<ExternalException>(() => a.mm(a));
        StringAssert.Contains(error.Message, "2x3");
        Assert.ThrowsExactly<ExternalException>(() => a.view(5));
        Assert.ThrowsExactly<ExternalException>(() => a.gather(0, tensor(new long[] { 9 }).reshape(1, 1)));
    }

    [TestMethod]
    public void Handle_AfterDispose_Throws()
    {
        var t = ones(2);
        t.Dispose();
        t.Dispose();
        Assert.IsTrue(t.IsInvalid);
        Assert.ThrowsExactly<InvalidOperationException>(() => t.add(1));
    }

    [TestMethod]
    public void Generator_SameSeed_SameNumbers()
    {
        using var scope = NewDisposeScope();
        using var first = new Generator(7);
        using var second = new Generator(7);
        Assert.IsTrue(allclose(randn(5, generator: first), randn(5, generator: second)));
        manual_seed(3);
        var a = rand(4);
        manual_seed(3);
        Assert.IsTrue(allclose(a, rand(4)));
    }

    internal static void Same(float[] expected, Tensor actual)
    {
        const float Rounding = 1e-6f;
        using var single = actual.to(ScalarType.Float32);
        var values = single.data<float>().ToArray();
        Assert.HasCount(expected.Length, values);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], values[i], Rounding * Math.Max(1, Math.Abs(expected[i])), $"element {i}");
    }
}
