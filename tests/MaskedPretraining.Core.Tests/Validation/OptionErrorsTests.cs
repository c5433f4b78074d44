using System.Globalization;

namespace MaskedPretraining.Core.Validation;

[TestClass]
public sealed class OptionErrorsTests
{
    [TestMethod]
    public void ThrowIfAny_NoError_DoesNothing()
    {
        var errors = new OptionErrors();
        errors.Require(true, "Ratio", 0.5, "be anything");
        errors.ThrowIfAny("Options");
    }

    [TestMethod]
    public void ThrowIfAny_TwoErrors_GivesBothInOneMessage()
    {
        var errors = new OptionErrors();
        errors.Require(false, "Ratio", 1.5, "be less than 1");
        errors.Require(false, "Name", null, "be given");
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("Options"));
        Assert.AreEqual("Options cannot be used: Ratio must be less than 1, but is 1.5. Name must be given, but is null.", exception.Message);
        Assert.HasCount(2, exception.Errors);
    }

    [TestMethod]
    public void Require_InACultureWithDecimalCommas_WritesPoints()
    {
        var before = CultureInfo.CurrentCulture;
        var withCommas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        withCommas.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = withCommas;
            var errors = new OptionErrors();
            errors.Require(false, "Ratio", 1.5, "be less than 1");
            Assert.Contains("1.5", Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("Options")).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
