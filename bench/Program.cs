using MaskedPretraining.Bench.Attention;
using MaskedPretraining.Bench.Combinations;
using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Bench.Learned;
using MaskedPretraining.Bench.Loading;
using MaskedPretraining.Bench.Masks;
using MaskedPretraining.Bench.Pretraining;

// Each benchmark ends with lines "NAME: figure unit" or "NAME: figure ratio".
switch (args)
{
    case ["pretrain"]:
        PretrainBenchmark.Run();
        return 0;
    case ["guidance"]:
        GuidanceBenchmark.Run();
        return 0;
    case ["automae"]:
        AutoMaeBenchmark.Run();
        return 0;
    case ["hard-patches"]:
        HardPatchBenchmark.Run();
        return 0;
    case ["hard-patches", "scenes"]:
        HardPatchScenes.Run();
        return 0;
    case ["cost", .. var filter]:
        CostBenchmark.Run(string.Join(' ', filter));
        return 0;
    case ["memory", .. var filter]:
        MemoryBenchmark.Run(string.Join(' ', filter));
        return 0;
    case ["tokencut"]:
        TokenCutBenchmark.Run();
        return 0;
    case ["loader"]:
        LoaderBenchmark.Run();
        return 0;
    case ["combinations"]:
        CombinationsBenchmark.Run();
        return 0;
    case ["learned", .. var folder]:
        LearnedBenchmark.Run(folder.FirstOrDefault());
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project bench -- pretrain|guidance|automae|hard-patches [scenes]|cost [FAMILY]|memory [FAMILY]|tokencut|loader|combinations|learned [PHOTOS]");
        return 1;
}
