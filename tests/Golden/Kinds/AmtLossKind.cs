namespace MaskedPretraining.Golden.Kinds;

internal sealed class AmtLossKind : IGoldenKind
{
    public string Name => "amt-loss";

    public void Run(GoldenCase golden)
    {
        using var model = new AutoencoderPass(golden);
        int patches = model.Options.Grid.Count, masked = EngineCase.Int(golden.Options, "masked"), visible = EngineCase.Int(golden.Options, "visible");
        var rows = golden.Int64("in/permutation").Chunk(patches).ToArray();
        model.ExpectLossAndGradients(
            golden,
            golden.Single("in/images"),
            [.. rows.SelectMany(row => row[^visible..])],
            [.. rows.SelectMany(row => row[..masked])]);
    }
}
