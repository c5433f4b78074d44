using System.Runtime.InteropServices;

namespace MaskedPretraining.Core.Checkpoints;

[TestClass]
public sealed class TensorDataTests
{
    [TestMethod]
    public void Constructor_WrongNumberOfBytes_NamesShapeAndBoth()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new TensorData(TensorElementType.F32, [2, 3], new byte[20]));
        Assert.Contains("F32 with shape [2, 3] needs 24 bytes, but there are 20", exception.Message);
    }

    [TestMethod]
    public void FromSingles_Scalar_HasAnEmptyShape()
    {
        var tensor = TensorData.FromSingles([1.5f]);
        Assert.IsEmpty(tensor.Shape);
        CollectionAssert.AreEqual(new[] { 1.5f }, tensor.ToSingles());
    }

    [TestMethod]
    public void ToSingles_HalfPrecision_IsExact()
    {
        Half[] values = [(Half)1.5f, (Half)(-0.0f), Half.MaxValue, Half.Epsilon, Half.PositiveInfinity];
        CollectionAssert.AreEqual(Array.ConvertAll(values, value => (float)value), Tensor(TensorElementType.F16, values).ToSingles());
    }

    [TestMethod]
    public void ToSingles_BrainFloat_IsTheUpperHalfOfASingle() =>
        // 0x3FC0 is 1.5, 0xC049 is -3.140625, 0x7F80 infinity, 0x0001 the smallest number.
        CollectionAssert.AreEqual(
            new[] { 1.5f, -3.140625f, float.PositiveInfinity, BitConverter.UInt32BitsToSingle(0x10000) },
            Tensor(TensorElementType.BF16, new ushort[] { 0x3FC0, 0xC049, 0x7F80, 1 }).ToSingles());

    [TestMethod]
    public void ToSingles_DoublePrecision_IsRounded() =>
        CollectionAssert.AreEqual(new[] { (float)Math.PI }, TensorData.FromDoubles([Math.PI], 1).ToSingles());

    [TestMethod]
    public void ToDoubles_SinglePrecision_IsExact() => CollectionAssert.AreEqual(new[] { (double)0.1f }, TensorData.FromSingles([0.1f], 1).ToDoubles());

    [TestMethod]
    public void ToInt64s_EveryIntegerType_KeepsValues()
    {
        CollectionAssert.AreEqual(new[] { -2L, 127 }, Tensor(TensorElementType.I8, new sbyte[] { -2, 127 }).ToInt64s());
        CollectionAssert.AreEqual(new[] { 200L }, Tensor(TensorElementType.U8, new byte[] { 200 }).ToInt64s());
        CollectionAssert.AreEqual(new[] { -2L }, Tensor(TensorElementType.I16, new short[] { -2 }).ToInt64s());
        CollectionAssert.AreEqual(new[] { 65535L }, Tensor(TensorElementType.U16, new ushort[] { 65535 }).ToInt64s());
        CollectionAssert.AreEqual(new[] { -2L }, Tensor(TensorElementType.I32, new[] { -2 }).ToInt64s());
        CollectionAssert.AreEqual(new[] { 4294967295L }, Tensor(TensorElementType.U32, new[] { uint.MaxValue }).ToInt64s());
        CollectionAssert.AreEqual(new[] { long.MinValue }, TensorData.FromInt64s([long.MinValue], 1).ToInt64s());
        CollectionAssert.AreEqual(new[] { 5L }, Tensor(TensorElementType.U64, new[] { 5UL }).ToInt64s());
        CollectionAssert.AreEqual(new[] { 0L, 1, 1 }, Tensor(TensorElementType.Bool, new byte[] { 0, 1, 255 }).ToInt64s());
    }

    [TestMethod]
    public void ToInt64s_UnsignedBeyondTheSignedRange_IsRefused() =>
        Assert.ThrowsExactly<OverflowException>(() => Tensor(TensorElementType.U64, new[] { ulong.MaxValue }).ToInt64s());

    [TestMethod]
    public void Conversions_OfTheOtherKind_AreRefused()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => TensorData.FromSingles([1], 1).ToInt64s());
        Assert.ThrowsExactly<InvalidOperationException>(() => TensorData.FromInt64s([1], 1).ToSingles());
    }

    private static TensorData Tensor<T>(TensorElementType type, T[] values)
        where T : unmanaged => new(type, [values.Length], MemoryMarshal.AsBytes<T>(values).ToArray());
}
