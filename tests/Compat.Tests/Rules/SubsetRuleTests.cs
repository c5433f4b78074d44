using System.Reflection;
using MaskedPretraining.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using TorchSharp;

namespace Compat.Tests.Rules;

/// <summary>What compiles against a subset must compile against its package: no member that the package lacks, none of another shape.</summary>
[TestClass]
public sealed class SubsetRuleTests
{
    [TestMethod]
    public void MicrosoftML_EveryMember_IsInThePackage() => Check(typeof(MLContext).Assembly, "api/Microsoft.ML-5.0.0.txt");

    [TestMethod]
    public void ImageAnalytics_EveryMember_IsInThePackage() => Check(typeof(MLImage).Assembly, "api/Microsoft.ML-5.0.0.txt");

    [TestMethod]
    public void OnnxTransformer_EveryMember_IsInThePackage() => Check(typeof(OnnxTransformer).Assembly, "api/Microsoft.ML-5.0.0.txt");

    [TestMethod]
    public void TorchSharp_EveryMember_IsInThePackage()
    {
        if (SharedData.Find("api/TorchSharp-0.107.0.txt") is { } path)
        {
            Report(SubsetRule.Violations(typeof(torch).Assembly, ApiList.ReadOutline(path), fullNames: false));
        }
    }

    [TestMethod]
    public void Violations_TypeAndMembersOfNoPackage_AreNamed()
    {
        if (SharedData.Find("api/Microsoft.ML-5.0.0.txt") is { } path)
        {
            List<string> violations = SubsetRule.Violations(typeof(SubsetRuleTests).Assembly, ApiList.ReadTable(path), fullNames: true);
            Assert.Contains($"type {typeof(SubsetRuleTests).FullName}", violations);
            Assert.IsFalse(ApiList.ReadTable(path).Has(ApiList.ReadTable(path).Find("Microsoft.ML.IDataView")!, "int GetRowCount()"));
        }
    }

    private static void Check(Assembly subset, string list)
    {
        if (SharedData.Find(list) is { } path)
        {
            Report(SubsetRule.Violations(subset, ApiList.ReadTable(path), fullNames: true));
        }
    }

    private static void Report(List<string> violations)
        => Assert.IsEmpty(violations, $"not in the package:{Environment.NewLine}{string.Join(Environment.NewLine, violations)}");
}
