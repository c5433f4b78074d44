using Microsoft.ML.Data;

namespace Compat.Tests.DataView;

[TestClass]
public sealed class VBufferTests
{
    [TestMethod]
    public void CopyTo_Sparse_FillsTheRest()
    {
        var sparse = new VBuffer<float>(5, 2, [7, 9], [1, 4]);
        var dense = new float[6];
        sparse.CopyTo(dense, 1, -1);
        CollectionAssert.AreEqual(new float[] { 0, -1, 7, -1, -1, 9 }, dense);
        Assert.IsFalse(sparse.IsDense);
        Assert.AreEqual(9f, sparse.GetItemOrDefault(4));
        Assert.AreEqual(0f, sparse.GetItemOrDefault(2));
        CollectionAssert.AreEqual(new float[] { 0, 7, 0, 0, 9 }, sparse.DenseValues().ToArray());
    }

    [TestMethod]
    public void Editor_SmallerThanBefore_ReusesTheBuffer()
    {
        var buffer = new VBuffer<int>(4, [1, 2, 3, 4]);
        VBufferEditor<int> editor = VBufferEditor.Create(ref buffer, 2);
        Assert.IsFalse(editor.CreatedNewValues);
        editor.Values[0] = 8;
        buffer = editor.Commit();
        CollectionAssert.AreEqual(new[] { 8, 2 }, buffer.DenseValues().ToArray());
    }
}
