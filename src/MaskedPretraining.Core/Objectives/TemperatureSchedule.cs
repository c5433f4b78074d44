using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Objectives;

/// <summary>The temperature of attention-guided loss weights over a run. Immutable.</summary>
/// <remarks>
/// AttG (Sick et al. 2025) anneals the temperature along half a cosine and compares constant ones. Start and end could not be found; values in this library are its own.
/// </remarks>
public sealed class TemperatureSchedule
{
    /// <summary>Lowest temperature: a patch of value 1 then weighs e^20 times one of value 0, and below that little else is left of the loss.</summary>
    public const double Minimum = 0.05;

    private readonly string _name;
    private readonly double _start;
    private readonly double _end;
    private readonly Func<double, double> _shareOfStart;

    private TemperatureSchedule(string name, double start, double end, Func<double, double> shareOfStart)
    {
        var errors = new OptionErrors();
        foreach (double temperature in new[] { start, end }.Distinct())
        {
            errors.Require(temperature >= Minimum && double.IsFinite(temperature), "Temperature", temperature, FormattableString.Invariant($"be finite and at least {Minimum}"));
        }

        errors.ThrowIfAny(nameof(TemperatureSchedule));
        (_name, _start, _end, _shareOfStart) = (name, start, end, shareOfStart);
    }

    /// <summary>The same temperature all the time.</summary>
    /// <param name="temperature">At least <see cref="Minimum"/>; large ones come close to the plain loss.</param>
    /// <exception cref="InvalidOptionsException">The temperature lies outside its range.</exception>
    public static TemperatureSchedule Constant(double temperature) => new(nameof(Constant), temperature, temperature, _ => 1);

    /// <summary>Half a cosine from one temperature to another: <c>end + (start - end)/2 (1 + cos(pi e/E))</c> at epoch e of E.</summary>
    /// <param name="start">Temperature at the start, at least <see cref="Minimum"/>.</param>
    /// <param name="end">Temperature at the end, at least <see cref="Minimum"/>; it may be the higher one.</param>
    /// <exception cref="InvalidOptionsException">A temperature lies outside its range.</exception>
    public static TemperatureSchedule HalfCosine(double start, double end) => new(nameof(HalfCosine), start, end, progress => (1 + Math.Cos(Math.PI * progress)) / 2);

    /// <summary>A straight line from one temperature to another.</summary>
    /// <param name="start">Temperature at the start, at least <see cref="Minimum"/>.</param>
    /// <param name="end">Temperature at the end, at least <see cref="Minimum"/>; it may be the higher one.</param>
    /// <exception cref="InvalidOptionsException">A temperature lies outside its range.</exception>
    public static TemperatureSchedule Linear(double start, double end) => new(nameof(Linear), start, end, progress => 1 - progress);

    /// <summary>The temperature at a point of a run.</summary>
    /// <param name="epoch">Epochs behind us, with fractions; 0 to <paramref name="epochs"/>.</param>
    /// <param name="epochs">Epochs E of the run, at least 1.</param>
    public double At(double epoch, double epochs) => _end + (_start - _end) * _shareOfStart(epoch / epochs);

    /// <summary>Name and temperatures.</summary>
    public override string ToString() => FormattableString.Invariant($"{_name} {_start} to {_end}");
}
