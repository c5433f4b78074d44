using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

[TestClass]
public sealed class MaskGeneratorOptionsTests
{
    [TestMethod]
    public void Validate_BadOptions_NotesEveryOne()
    {
        var errors = new OptionErrors();
        new MaskGeneratorOptions { Hidden = 0, AttentionScale = double.PositiveInfinity, Temperature = 0 }.Validate(errors);
        string[] names = [.. Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("")).Errors.Select(error => error.Split(' ')[0])];
        CollectionAssert.AreEqual(new[] { "Hidden", "AttentionScale", "Temperature" }, names);
    }
}
