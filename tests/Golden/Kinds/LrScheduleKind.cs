using System.Text.Json;
using MaskedPretraining.Core.Schedules;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Learning rate schedules.</summary>
internal sealed class LrScheduleKind : IGoldenKind
{
    public string Name => "lr-schedule";

    public void Run(GoldenCase golden)
    {
        var schedule = ScheduleOf(golden.Options);
        double[] rates = Array.ConvertAll(golden.Double("in/progress"), schedule.At);
        golden.Expect("out/lr", rates, rates.Length);
    }

    private static ILearningRateSchedule ScheduleOf(JsonElement options)
    {
        return options.GetProperty("schedule").GetString() switch
        {
            "warmup-half-cosine" => new WarmupHalfCosineSchedule(Number("peak_lr"), Number("min_lr"), Number("warmup"), Number("total")),
            "cosine-including-warmup" => new CosineIncludingWarmupSchedule(Number("base_lr"), Number("min_lr"), Number("warmup_start_lr"), Number("warmup"), Number("total")),
            "multi-step" => new MultiStepSchedule(
                Number("base_lr"),
                Number("warmup_start_lr"),
                Number("warmup"),
                [.. options.GetProperty("milestones").EnumerateArray().Select(milestone => milestone.GetDouble())],
                Number("gamma")),
            var other => throw new NotSupportedException($"There is no schedule '{other}'."),
        };

        double Number(string name) => options.GetProperty(name).GetDouble();
    }
}
