using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Class activation map from activations and gradients.</summary>
internal sealed class GradCamKind : IGoldenKind
{
    public string Name => "grad-cam";

    public void Run(GoldenCase golden)
    {
        var grid = new PatchGrid(EngineCase.Int(golden.Options, "rows"), EngineCase.Int(golden.Options, "cols"));
        bool isChannelsFirst = golden.Options.GetProperty("layout").GetString() == "channels-first";
        long[] shape = golden.ShapeOf("in/activations");
        int images = (int)shape[0], channels = (int)shape[isChannelsFirst ? 1 : 2];
        var (activations, gradients) = (golden.Single("in/activations"), golden.Single("in/gradients"));
        int length = activations.Length / images;
        List<float> sums = [], maps = [];
        for (int image = 0; image < images; image++)
        {
            var a = activations.AsSpan(image * length, length);
            var g = gradients.AsSpan(image * length, length);
            var (sum, map) = isChannelsFirst ? GradCam.OfChannels(a, g, channels, grid) : GradCam.OfTokens(a, g, channels, grid);
            sums.AddRange(sum);
            maps.AddRange(map.Values);
        }

        golden.Expect("out/cam", sums.ToArray(), images, grid.Rows, grid.Columns);
        golden.Expect("out/map", maps.ToArray(), images, grid.Rows, grid.Columns);
    }
}
