using System.Collections.Concurrent;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Random masking that asks for maps all the time and notes the weights it is given.</summary>
internal class RecordingMasking : IMaskingStrategy
{
    private readonly RandomMasking _random = new();

    public ConcurrentBag<float> Weights { get; } = [];

    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => _random.CountsAt(grid, progress);

    public bool NeedsPatchWeights(TrainingProgress progress) => true;

    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        foreach (float weight in context.PatchWeights)
        {
            Weights.Add(weight);
        }

        return _random.Plan(context, visible, masked);
    }
}
