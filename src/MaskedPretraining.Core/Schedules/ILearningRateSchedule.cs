namespace MaskedPretraining.Core.Schedules;

/// <summary>The learning rate over a run. Implementations are pure functions and thread safe.</summary>
public interface ILearningRateSchedule
{
    /// <summary>The learning rate at a point of the run.</summary>
    /// <param name="progress">How far the run is, in the unit in which the schedule's lengths are given: epochs with fraction, or steps; 0 or more.</param>
    double At(double progress);
}
