using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>
/// Minimises a smooth function by the limited-memory BFGS method (Liu and Nocedal 1989): the last changes of point and gradient stand for its curvature. The step length meets the weak Wolfe conditions,
/// found by halving and doubling (Lewis and Overton 2013). Deterministic.
/// </summary>
internal sealed class LimitedMemoryBfgs : IDisposable
{
    private const int Memory = 10;
    private const int LongestSearch = 40;

    // The usual constants: far less decrease than the slope promises is enough, the slope must have become a little flatter.
    private const double SufficientDecrease = 1e-4;
    private const double Curvature = 0.9;
    private readonly ISmoothFunction _function;
    private readonly Queue<Change> _changes = new();
    private Tensor _gradient;

    /// <param name="function">What to minimise.</param>
    /// <param name="start">Where to start; copied.</param>
    public LimitedMemoryBfgs(ISmoothFunction function, Tensor start)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _function = function;
        Point = start.clone().DetachFromDisposeScope();
        (Value, var gradient) = function.At(Point);
        _gradient = gradient.DetachFromDisposeScope();
        LargestSlope = SlopeOf(gradient);
    }

    /// <summary>The best point so far.</summary>
    public Tensor Point { get; private set; }

    /// <summary>The function there.</summary>
    public double Value { get; private set; }

    /// <summary>The largest element of its gradient there, without sign.</summary>
    public double LargestSlope { get; private set; }

    /// <summary>Length of the last step relative to the direction that the curvature proposed.</summary>
    public double StepLength { get; private set; }

    /// <summary>Goes one step.</summary>
    /// <returns>False if no point along the direction is better, which is where the precision of the numbers ends.</returns>
    public bool Step()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var direction = Direction();
        double slope = Dot(_gradient, direction);
        if (!(slope < 0))
        {
            return false;
        }

        double least = 0, most = double.PositiveInfinity;
        // Without a memory nothing tells the function's scale: the first step is short.
        double length = _changes.Count == 0 ? Math.Min(1, 1 / _gradient.abs().sum().ToSingle()) : 1;
        for (int trial = 0; trial < LongestSearch; trial++)
        {
            using var trialScope = NewDisposeScope();
            var point = Point.add(direction, length);
            var (value, gradient) = _function.At(point);
            if (!(value <= Value + (SufficientDecrease * length * slope)))
            {
                most = length;
            }
            else if (Dot(gradient, direction) < Curvature * slope)
            {
                least = length;
            }
            else
            {
                Accept(point, value, gradient, length);
                return true;
            }

            length = double.IsInfinity(most) ? 2 * least : (least + most) / 2;
        }

        return false;
    }

    public void Dispose()
    {
        Point.Dispose();
        _gradient.Dispose();
        foreach (var change in _changes)
        {
            change.Dispose();
        }
    }

    /// <summary>Minus the inverse curvature times the gradient, by the two loops of Nocedal 1980.</summary>
    private Tensor Direction()
    {
        var direction = _gradient.neg();
        var shares = new Stack<double>();
        foreach (var change in _changes.Reverse())
        {
            shares.Push(Dot(change.OfPoint, direction) / change.Product);
            direction.add_(change.OfGradient, -shares.Peek());
        }

        if (_changes.Count > 0)
        {
            var last = _changes.Last();
            direction.mul_(last.Product / Dot(last.OfGradient, last.OfGradient));
        }

        foreach (var change in _changes)
        {
            direction.add_(change.OfPoint, shares.Pop() - (Dot(change.OfGradient, direction) / change.Product));
        }

        return direction;
    }

    private void Accept(Tensor point, double value, Tensor gradient, double length)
    {
        var change = new Change(point.sub(Point), gradient.sub(_gradient));
        // The Wolfe conditions make it positive; rounding may not.
        if (change.Product > 0)
        {
            change.Keep();
            _changes.Enqueue(change);
            if (_changes.Count > Memory)
            {
                _changes.Dequeue().Dispose();
            }
        }

        Point.Dispose();
        _gradient.Dispose();
        (Point, _gradient) = (point.DetachFromDisposeScope(), gradient.DetachFromDisposeScope());
        (Value, LargestSlope, StepLength) = (value, SlopeOf(gradient), length);
    }

    private static double Dot(Tensor left, Tensor right) => left.mul(right).sum(ScalarType.Float64).ToDouble();

    private static double SlopeOf(Tensor gradient) => gradient.abs().max().ToSingle();

    /// <summary>What one step changed.</summary>
    private sealed class Change(Tensor ofPoint, Tensor ofGradient) : IDisposable
    {
        public Tensor OfPoint { get; } = ofPoint;

        public Tensor OfGradient { get; } = ofGradient;

        public double Product { get; } = Dot(ofPoint, ofGradient);

        public void Keep()
        {
            OfPoint.DetachFromDisposeScope();
            OfGradient.DetachFromDisposeScope();
        }

        public void Dispose()
        {
            OfPoint.Dispose();
            OfGradient.Dispose();
        }
    }
}
