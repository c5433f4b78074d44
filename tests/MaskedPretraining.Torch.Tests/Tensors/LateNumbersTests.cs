using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Tensors;

[TestClass]
public sealed class LateNumbersTests
{
    [TestMethod]
    public void Send_TwoUnderWay_BringsEachItsOwnNumbers()
    {
        using var late = new LateNumbers(CPU, 3, underWay: 2);
        Func<float[]>? last = null;
        for (int step = 0; step < 5; step++)
        {
            using var numbers = tensor(new[] { step, float.NaN, float.NegativeInfinity });
            var next = late.Send(numbers);
            if (last is not null)
            {
                CollectionAssert.AreEqual(new[] { step - 1, float.NaN, float.NegativeInfinity }, last());
            }

            last = next;
        }
    }

    [TestMethod]
    public void Wait_NumbersComeFromAnotherThreadLater_WaitsForThem()
    {
        using var late = new LateNumbers(CPU, 1, underWay: 1);
        using var absent = tensor(new[] { BitConverter.UInt32BitsToSingle(0x7FC0_57AB) });
        using var present = tensor(new[] { 7f });
        var wait = late.Send(absent);
        var arrival = Task.Run(wait);
        Assert.IsFalse(arrival.Wait(50));
        late.Send(present);
        Assert.AreEqual(7f, arrival.Result[0]);
    }
}
