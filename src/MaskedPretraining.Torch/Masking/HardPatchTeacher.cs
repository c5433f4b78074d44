using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>HPM's teacher (Wang et al. 2023): a moving average of the whole model, which sees whole images and says how large the loss of each patch would be.</summary>
/// <remarks>
/// The decay is the published one but for the first 9,000 steps, in which it is smaller: 0.999 from the start, as in the released code, is made for runs of a hundred thousand steps. After 1,000 steps such a
/// teacher is to a third what it was before the first, and in short runs its masks are as good as random.
/// </remarks>
internal sealed class HardPatchTeacher : IDisposable
{
    private readonly WeightAverage _average;
    private readonly MaskedImageModel _model;
    private readonly PixelScaling _scaling;
    private readonly WholeImageAssembler _images;
    private readonly ParallelPrediction? _parallel;
    private readonly int _patches;
    private readonly int? _atATime;
    private long _steps;

    /// <param name="student">The model being trained, already initialised; predicts losses.</param>
    /// <param name="options">The run's.</param>
    /// <param name="device">Where the student lies.</param>
    public HardPatchTeacher(MaskedImageModel student, PretrainerOptions options, Device device)
    {
        _average = new WeightAverage(student.Parameters, AverageDecayRamp.Hpm.Start, "teacher.");
        _model = student.Over(new ParameterArena(student.Parameters, _average.Values));
        (_patches, _atATime) = (options.Architecture.Grid.Count, options.MicroBatchSize);
        _scaling = new PixelScaling(options.Architecture, device);
        _images = new WholeImageAssembler(options.Architecture, _scaling, device);
        _parallel = device.type == DeviceType.CPU && PartialStep.Suits(options) ? new ParallelPrediction(_model, _images, TorchRuntime.Threads) : null;
    }

    /// <summary>Predicts the losses of all patches.</summary>
    /// <param name="images">The batch; its plans are not looked at.</param>
    /// <returns><c>[B, N]</c>.</returns>
    public float[] Predict(MaskedImages images)
    {
        var predicted = new float[images.Count * _patches];
        if (_parallel is not null)
        {
            _parallel.Run(images.Count, images.Patches, predicted);
            return predicted;
        }

        int atATime = _atATime ?? images.Count;
        for (int first = 0; first < images.Count; first += atATime)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var some = images.Slice(first, Math.Min(atATime, images.Count - first));
            var (patches, tokens) = _images.Assemble(some.Count, some.Patches.Span);
            TensorMemory.ToSingles(_model.PredictLosses(patches, tokens, some.Count)).CopyTo(predicted.AsSpan(first * _patches));
        }

        return predicted;
    }

    /// <summary>Takes in the student's weights after a step.</summary>
    /// <param name="epoch">The epoch; the decay rises between epochs, as in the released code.</param>
    public void Update(int epoch)
    {
        _average.Decay = AverageDecayRamp.Hpm.At(epoch, _steps++);
        _average.Update();
        _model.Parameters.RefreshComputeCopy();
    }

    /// <summary>The averages, for a training state.</summary>
    public IEnumerable<StreamedTensor> Stream() => _average.Stream();

    /// <summary>Continues where a training state with the entries of <see cref="Stream"/> was written.</summary>
    /// <param name="read">Finds an entry.</param>
    /// <param name="stepCount">Steps done by then.</param>
    public void Load(Func<string, TensorData> read, long stepCount)
    {
        _steps = stepCount;
        _average.Load(read);
        _model.Parameters.RefreshComputeCopy();
    }

    public void Dispose()
    {
        _parallel?.Dispose();
        _scaling.Dispose();
        _model.Dispose();
        _average.Dispose();
    }
}
