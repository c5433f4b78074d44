using System.Diagnostics;

namespace MaskedPretraining.Bench.Results;

/// <summary>Things that take turns, so that what else runs on the machine disturbs all alike.</summary>
internal static class Turns
{
    /// <summary>Seconds of each round of each thing, after one round that warms up.</summary>
    /// <param name="rounds">Rounds that count.</param>
    /// <param name="things">What is done.</param>
    public static List<double>[] Time(int rounds, params Action[] things) => Time(warmUp: 1, rounds, Array.ConvertAll(things, thing => (Func<double>)(() => Seconds(thing))));

    /// <summary>The same of things that say themselves how long they took.</summary>
    /// <param name="warmUp">Rounds before.</param>
    /// <param name="rounds">Rounds that count.</param>
    /// <param name="things">What is done.</param>
    public static List<double>[] Time(int warmUp, int rounds, Func<double>[] things)
    {
        var seconds = Array.ConvertAll(things, _ => new List<double>());
        for (int round = 0; round < warmUp + rounds; round++)
        {
            for (int thing = 0; thing < things.Length; thing++)
            {
                double taken = things[thing]();
                if (round >= warmUp)
                {
                    seconds[thing].Add(taken);
                }
            }
        }

        return seconds;
    }

    private static double Seconds(Action thing)
    {
        long start = Stopwatch.GetTimestamp();
        thing();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
