using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Accuracy on each background variant of ImageNet-9, and the gap between backgrounds of the same and of random classes.</summary>
internal sealed class In9BgGapKind : IGoldenKind
{
    public string Name => "in9-bg-gap";

    public void Run(GoldenCase golden)
    {
        int[]? classMap = golden.Options.GetProperty("mapped").GetBoolean() ? Classes("in/class_map") : null;
        var evaluator = new BackgroundEvaluator(classMap);
        string[] names = [.. golden.Options.GetProperty("variants").EnumerateArray().Select(variant => variant.GetString()!)];
        foreach (string name in names)
        {
            int[] labels = Classes($"in/{name}/labels");
            foreach (var (row, prediction) in Classes($"in/{name}/predictions").Index())
            {
                evaluator.Add(VariantOf(name), prediction, labels[row]);
            }
        }

        var metrics = evaluator.Result();
        foreach (string name in names)
        {
            golden.Expect($"out/{name}/accuracy", [metrics.Variants[VariantOf(name)].Accuracy]);
        }

        golden.Expect("out/bg_gap", [metrics.Robustness!.Value.Gap]);

        int[] Classes(string tensor) => Array.ConvertAll(golden.Int64(tensor), number => (int)number);
    }

    private static BackgroundVariant VariantOf(string name) => Enum.GetValues<BackgroundVariant>().First(variant => ImageNet9Folder.FolderNameOf(variant) == name);
}
