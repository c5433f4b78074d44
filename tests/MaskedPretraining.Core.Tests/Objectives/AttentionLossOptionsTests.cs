using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Tests.Objectives;

[TestClass]
public sealed class AttentionLossOptionsTests
{
    [TestMethod]
    public void Validate_Defaults_AreAllowed()
    {
        var errors = new OptionErrors();
        new AttentionLossOptions().Validate(errors);
        errors.ThrowIfAny(nameof(AttentionLossOptions));
    }

    [TestMethod]
    public void Validate_EverythingWrong_NamesEach()
    {
        var options = new AttentionLossOptions { Temperature = null!, Gamma = double.NaN, Scale = (LossScale)7, Normalization = (MapNormalization)(-1) };
        var errors = new OptionErrors();
        options.Validate(errors);

        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny(nameof(AttentionLossOptions)));

        Assert.HasCount(4, error.Errors);
        foreach (string name in new[] { "Temperature must be a schedule", "Gamma must be greater than 0", "Scale must be Fixed or InverseMeanWeight, but is 7", "Normalization must be MinMax or None" })
        {
            Assert.Contains(name, error.Message);
        }
    }

    [TestMethod]
    public void ToString_AnyOptionChanged_IsAnotherText()
    {
        string[] texts =
        [
            new AttentionLossOptions().ToString(),
            new AttentionLossOptions { Temperature = TemperatureSchedule.Linear(1.0, 0.5) }.ToString(),
            new AttentionLossOptions { Gamma = 2 }.ToString(),
            new AttentionLossOptions { Scale = LossScale.InverseMeanWeight }.ToString(),
            new AttentionLossOptions { Normalization = MapNormalization.None }.ToString(),
        ];

        Assert.HasCount(texts.Length, texts.Distinct());
        Assert.AreEqual(texts[0], new AttentionLossOptions().Clone().ToString());
    }
}
