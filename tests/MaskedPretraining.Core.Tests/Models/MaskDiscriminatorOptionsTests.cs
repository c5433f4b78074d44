using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

[TestClass]
public sealed class MaskDiscriminatorOptionsTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void Validate_BadScale_NamesIt(double scale)
    {
        var errors = new OptionErrors();
        new MaskDiscriminatorOptions { MapScale = scale }.Validate(errors);
        Assert.Contains(FormattableString.Invariant($"MapScale must be greater than 0 and finite, but is {scale}."), Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("")).Message);
    }
}
