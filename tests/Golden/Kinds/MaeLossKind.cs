namespace MaskedPretraining.Golden.Kinds;

internal sealed class MaeLossKind : IGoldenKind
{
    public string Name => "mae-loss";

    public void Run(GoldenCase golden)
    {
        using var model = new AutoencoderPass(golden);
        var (visible, masked) = EngineCase.MaskByNoise(golden.Single("in/noise"), model.Options.Grid.Count, golden.Options.GetProperty("mask_ratio").GetDouble());
        model.ExpectLossAndGradients(golden, golden.Single("in/images"), visible, masked);
    }
}
