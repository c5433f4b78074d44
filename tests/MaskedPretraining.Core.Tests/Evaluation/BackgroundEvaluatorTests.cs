using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging.Backgrounds;

namespace MaskedPretraining.Core.Tests.Evaluation;

[TestClass]
public sealed class BackgroundEvaluatorTests
{
    private const double Exact = 1e-15; // quotients of small integers

    [TestMethod]
    public void Result_BothMixedVariants_HasTheGap()
    {
        var evaluator = new BackgroundEvaluator();
        Add(evaluator, BackgroundVariant.MixedSame, (0, 0), (1, 1), (2, 2), (0, 1));
        Add(evaluator, BackgroundVariant.MixedRandom, (0, 0), (1, 2));

        var metrics = evaluator.Result();

        Assert.AreEqual(new BackgroundAccuracy(4, 3), metrics.Variants[BackgroundVariant.MixedSame]);
        Assert.AreEqual(0.75, metrics.Robustness!.Value.AgreeingAccuracy, Exact);
        Assert.AreEqual(0.25, metrics.Robustness!.Value.Gap, Exact);
    }

    [TestMethod]
    public void Result_OneMixedVariant_HasNoGap()
    {
        var evaluator = new BackgroundEvaluator();
        Add(evaluator, BackgroundVariant.MixedSame, (0, 0));

        Assert.IsNull(evaluator.Result().Robustness);
    }

    [TestMethod]
    public void Add_ClassMap_TranslatesAnswersAndNeverTakesNone()
    {
        var evaluator = new BackgroundEvaluator([1, BackgroundEvaluator.NoClass, 0]);
        Add(evaluator, BackgroundVariant.Original, (0, 1), (2, 0), (1, 0), (BackgroundEvaluator.NoClass, 0));

        Assert.AreEqual(new BackgroundAccuracy(4, 2), evaluator.Result().Variants[BackgroundVariant.Original]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => evaluator.Add(BackgroundVariant.Original, 3, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => evaluator.Add(BackgroundVariant.Original, 0, BackgroundEvaluator.NoClass));
    }

    private static void Add(BackgroundEvaluator evaluator, BackgroundVariant variant, params (int Prediction, int Label)[] answers) =>
        Array.ForEach(answers, answer => evaluator.Add(variant, answer.Prediction, answer.Label));
}
