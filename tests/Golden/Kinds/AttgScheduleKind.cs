using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Temperatures over a run.</summary>
internal sealed class AttgScheduleKind : IGoldenKind
{
    public string Name => "attg-schedule";

    public void Run(GoldenCase golden)
    {
        var options = golden.Options;
        double start = options.GetProperty("tau_start").GetDouble();
        double end = options.GetProperty("tau_end").GetDouble();
        double total = options.GetProperty("total").GetDouble();
        var schedule = options.GetProperty("schedule").GetString() switch
        {
            "constant" => TemperatureSchedule.Constant(start),
            "half-cosine" => TemperatureSchedule.HalfCosine(start, end),
            "linear" => TemperatureSchedule.Linear(start, end),
            var other => throw new NotSupportedException($"There is no schedule '{other}'."),
        };
        double[] temperatures = Array.ConvertAll(golden.Double("in/epoch"), epoch => schedule.At(epoch, total));
        golden.Expect("out/tau", temperatures, temperatures.Length);
    }
}
