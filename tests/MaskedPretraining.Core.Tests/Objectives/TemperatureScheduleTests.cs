using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Tests.Objectives;

[TestClass]
public sealed class TemperatureScheduleTests
{
    // The published values have four decimals.
    private const double Published = 5e-5;

    // One rounding of a cosine.
    private const double Rounding = 1e-15;

    [TestMethod]
    [DataRow(0, 1.0)]
    [DataRow(100, 0.9810)]
    [DataRow(200, 0.9268)]
    [DataRow(400, 0.75)]
    [DataRow(600, 0.5732)]
    [DataRow(800, 0.5)]
    public void At_HalfCosine_HasThePublishedTemperatures(int epoch, double temperature) =>
        Assert.AreEqual(temperature, TemperatureSchedule.HalfCosine(1.0, 0.5).At(epoch, 800), Published);

    [TestMethod]
    [DataRow(1.0, 0.5)]
    [DataRow(0.3, 2.0)]
    public void At_EndsAndMiddle_AreStartEndAndMidpoint(double start, double end)
    {
        foreach (var schedule in new[] { TemperatureSchedule.HalfCosine(start, end), TemperatureSchedule.Linear(start, end) })
        {
            Assert.AreEqual(start, schedule.At(0, 40), Rounding);
            Assert.AreEqual((start + end) / 2, schedule.At(20, 40), Rounding);
            Assert.AreEqual(end, schedule.At(40, 40), Rounding);
        }
    }

    [TestMethod]
    public void At_Linear_FallsByTheSameAmountEachEpoch() =>
        Assert.AreEqual(0.9, TemperatureSchedule.Linear(1.0, 0.5).At(2, 10), Rounding);

    [TestMethod]
    public void At_Constant_IsExactlyThatTemperature()
    {
        var schedule = TemperatureSchedule.Constant(0.7);
        foreach (double epoch in new[] { 0, 0.3, 7.25, 10 })
        {
            Assert.AreEqual(0.7, schedule.At(epoch, 10));
        }
    }

    [TestMethod]
    [DataRow(0.049, 1.0)]
    [DataRow(1.0, 0.0)]
    [DataRow(double.NaN, 1.0)]
    [DataRow(1.0, double.PositiveInfinity)]
    public void Factories_ImpossibleTemperature_NameIt(double start, double end)
    {
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => TemperatureSchedule.HalfCosine(start, end));

        Assert.HasCount(1, error.Errors);
        Assert.Contains("Temperature must be finite and at least 0.05", error.Message);
    }

    [TestMethod]
    public void ToString_Each_NamesShapeAndTemperatures()
    {
        Assert.AreEqual("HalfCosine 1 to 0.5", TemperatureSchedule.HalfCosine(1, 0.5).ToString());
        Assert.AreEqual("Linear 0.5 to 1", TemperatureSchedule.Linear(0.5, 1).ToString());
        Assert.AreEqual("Constant 0.7 to 0.7", TemperatureSchedule.Constant(0.7).ToString());
    }
}
