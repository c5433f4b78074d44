using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class PretrainingCostTests
{
    [TestMethod]
    [DataRow(PositionEmbedding.SinCos, null, false, false)]
    [DataRow(PositionEmbedding.SinCos, null, false, true)]
    [DataRow(PositionEmbedding.Learned, 0.1, false, false)]
    [DataRow(PositionEmbedding.Relative, 0.1, true, false)]
    [DataRow(PositionEmbedding.Learned, null, true, false)]
    public void Parameters_Model_AreThoseOfItsArena(PositionEmbedding position, double? layerScale, bool isLinear, bool predictsLosses)
    {
        var encoder = new VisionTransformerOptions { ImageHeight = 32, ImageWidth = 16, PatchSize = 8, Width = 24, Depth = 2, Heads = 3, MlpRatio = 3, Position = position, LayerScale = layerScale };
        DecoderOptions decoder = isLinear ? new LinearDecoderOptions() : new MaeDecoderOptions { Width = 16, Depth = 1, Heads = 2 };
        var target = isLinear ? ReconstructionTarget.Hog() : ReconstructionTarget.Pixels;
        var cost = new PretrainingCost(encoder, decoder, target, predictsLosses);
        using var model = MaskedImageModel.Create(encoder, decoder, Objective.TargetOf(target, encoder).LengthFor(encoder), ScalarType.Float32, CPU, predictsLosses: predictsLosses);
        Assert.AreEqual(model.Parameters.ParameterCount, cost.EncoderParameters + cost.DecoderParameters);
        Assert.AreEqual(model.Parameters.Specs.Where(spec => MaskedImageModel.IsForTrainingOnly(spec.Name)).Sum(spec => spec.Count), cost.DecoderParameters);
    }
}
