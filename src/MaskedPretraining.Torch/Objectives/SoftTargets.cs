using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>Targets that spread over classes: label smoothing (Szegedy et al. 2016) and mixed labels, and the cross-entropy with them.</summary>
internal static class SoftTargets
{
    /// <summary><c>lambda * own + (1 - lambda) * partner</c>, each <c>1 - s + s/K</c> at its class and <c>s/K</c> elsewhere; the partner of image i is image B - 1 - i.</summary>
    /// <param name="labels">Class numbers, <c>[B]</c>, 0 to K - 1.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="smoothing">s, 0 to 1.</param>
    /// <param name="lambda">Share of the own class, 0 to 1; 1: nothing was mixed.</param>
    /// <param name="device">Where to.</param>
    /// <returns><c>[B, K]</c>, single precision; each row adds up to 1.</returns>
    public static Tensor Of(ReadOnlySpan<long> labels, int classes, double smoothing, double lambda, Device device)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var targets = empty(new long[] { labels.Length, classes }, ScalarType.Float32);
        Span<float> values = MemoryMarshal.Cast<byte, float>(targets.bytes);
        values.Fill((float)(smoothing / classes));
        for (int image = 0; image < labels.Length; image++)
        {
            Span<float> row = values.Slice(image * classes, classes);
            row[(int)labels[image]] += (float)((1 - smoothing) * lambda);
            row[(int)labels[^(image + 1)]] += (float)((1 - smoothing) * (1 - lambda));
        }

        return targets.to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Cross-entropy of each image, <c>-sum(target * log softmax(logits))</c>.</summary>
    /// <param name="logits"><c>[B, K]</c>.</param>
    /// <param name="targets"><c>[B, K]</c>; each row adds up to 1.</param>
    /// <returns><c>[B]</c>.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return logits.log_softmax(1).mul(targets).sum(1).neg().MoveToOuterDisposeScope();
    }
}
