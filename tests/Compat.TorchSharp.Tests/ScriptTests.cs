using System.Runtime.InteropServices;
using TorchSharp;

namespace Compat.TorchSharp.Tests;

[TestClass]
public sealed class ScriptTests
{
    private const string Script = """
        def scaled(values: List[Tensor], factor: float, count: int, doubled: bool, other: Optional[Tensor]):
            result = values[0] * factor + count
            if doubled:
                result = result * 2
            if other is not None:
                result = result + other
            values[1].add_(1)
            return result

        """;

    [TestMethod]
    public void Invoke_ArgumentsOfEveryKind_ReachTheScript()
    {
        using var scope = torch.NewDisposeScope();
        using var unit = torch.jit.compile(Script);
        torch.Tensor one = torch.ones(2), changed = torch.zeros(2), other = torch.tensor(new[] { 100f, 200 });
        CollectionAssert.AreEqual(new[] { 5.5f, 5.5f }, unit.invoke<torch.Tensor>("scaled", new[] { one, changed }, 2.5, 3L, false, null!).data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 111f, 211 }, unit.invoke<torch.Tensor>("scaled", new[] { one, changed }, 2.5, 3, true, other).data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 2f, 2 }, changed.data<float>().ToArray());
    }

    [TestMethod]
    public void Invoke_WrongShapesNamesOrArguments_IsAnException()
    {
        using var scope = torch.NewDisposeScope();
        using var unit = torch.jit.compile(Script);
        Assert.Throws<ExternalException>(() => unit.invoke<torch.Tensor>("absent"));
        Assert.Throws<ExternalException>(() => unit.invoke<torch.Tensor>("scaled", 1.0));
        Assert.Throws<ExternalException>(() => unit.invoke<torch.Tensor>("scaled", new[] { torch.ones(2), torch.ones(2) }, 1.0, 1, false, torch.ones(3)));
    }

    [TestMethod]
    public void AllowTf32_Set_IsReadBack()
    {
        var (products, convolutions) = (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32);
        try
        {
            foreach (var allowed in new[] { true, false })
            {
                torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed;
                Assert.AreEqual((allowed, allowed), (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32));
            }
        }
        finally
        {
            (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32) = (products, convolutions);
        }
    }
}
