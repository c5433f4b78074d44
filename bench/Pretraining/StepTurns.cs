using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Bench.Results;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>Runs that take turns step by step, so that what else goes on on the machine disturbs all alike.</summary>
internal static class StepTurns
{
    private const int WarmUp = 2;

    /// <summary>Times the steps of runs and ends them.</summary>
    /// <param name="steps">Steps of each that are timed.</param>
    /// <param name="runs">The runs.</param>
    /// <returns>Seconds of each step of each run.</returns>
    public static List<double>[] Time(int steps, params SteppedRun[] runs)
    {
        try
        {
            return Turns.Time(WarmUp, steps, Array.ConvertAll(runs, run => (Func<double>)run.Step));
        }
        finally
        {
            Array.ForEach(runs, run => run.Dispose());
        }
    }

    /// <summary>Median of the quotients of steps that followed each other.</summary>
    public static double Ratio(List<double> seconds, List<double> before) => Median([.. seconds.Zip(before, (one, other) => one / other)]);

    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
