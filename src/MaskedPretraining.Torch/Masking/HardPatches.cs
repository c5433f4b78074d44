using System.Runtime.InteropServices;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>
/// Hard patches mining (HPM, Wang et al. 2023): the teacher predicts the losses of a batch's patches, a share of the masks that grows from epoch to epoch goes to the largest, the rest is random, and after the
/// step the teacher takes in the model. What learns to predict is part of the model, see <see cref="LossPredictor"/>.
/// </summary>
/// <param name="masking">The strategy.</param>
/// <param name="run">The run, already validated.</param>
/// <param name="student">The model being trained, already initialised.</param>
/// <param name="device">Where it lies.</param>
internal sealed class HardPatches(HardPatchMasking masking, PretrainerOptions run, MaskedImageModel student, Device device) : LearnedMasking
{
    private readonly HardPatchOptions _options = masking.Options;
    private readonly PatchGrid _grid = run.Architecture.Grid;
    private readonly ulong _seed = run.Seed;
    private readonly HardPatchTeacher _teacher = new(student, run, device);

    /// <inheritdoc/>
    public override StepLosses AddGradients(MaskedImages images, ReadOnlySpan<int> samples, StepMoment moment, Func<MaskedImages, StepLosses> reconstruct)
    {
        int hard = _options.HardCountAt(_grid, moment.Progress);
        var planned = hard == 0 ? images : Plan(images, samples, moment.Progress.Epoch, hard);
        planned = planned with { Errors = new float[images.Masked.Length], PredictedLosses = new float[images.Masked.Length] };
        var losses = reconstruct(planned);
        Metrics = HardPatchScores.Of(planned, hard);
        return losses;
    }

    /// <inheritdoc/>
    public override void Step(StepMoment moment) => _teacher.Update(moment.Progress.Epoch);

    /// <summary>True: the average of finite weights is finite.</summary>
    public override bool AreFinite() => true;

    /// <summary>Adds nothing: the second decoder is among the model's weights.</summary>
    public override void Store(StateDictionary state)
    {
    }

    /// <inheritdoc/>
    public override IEnumerable<StreamedTensor> Stream() => _teacher.Stream();

    /// <inheritdoc/>
    public override void Load(Func<string, TensorData> read, long stepCount) => _teacher.Load(read, stepCount);

    public override void Dispose() => _teacher.Dispose();

    private MaskedImages Plan(MaskedImages images, ReadOnlySpan<int> samples, int epoch, int hard)
    {
        using var scope = NewDisposeScope();
        long[] shape = [images.Count, _grid.Count];
        var predicted = TensorMemory.From<float>(_teacher.Predict(images), ScalarType.Float32, CPU, shape);
        // The numbers that the loader's random plan was made of.
        var noise = TensorMemory.From<float>(Noise(samples, epoch), ScalarType.Float32, CPU, shape);
        var plan = HardPatchPlan.Of(predicted, noise, images.Masked.Length / images.Count, hard);
        return images with { Visible = Numbers(plan.Visible), Masked = Numbers(plan.Masked) };
    }

    private float[] Noise(ReadOnlySpan<int> samples, int epoch)
    {
        var noise = new float[samples.Length * _grid.Count];
        for (int image = 0; image < samples.Length; image++)
        {
            var random = new RandomStream(_seed, RandomPurpose.Mask, epoch, samples[image]);
            foreach (ref float number in noise.AsSpan(image * _grid.Count, _grid.Count))
            {
                number = random.NextSingle();
            }
        }

        return noise;
    }

    private static long[] Numbers(Tensor ids) => MemoryMarshal.Cast<byte, long>(TensorMemory.ToArray(ids)).ToArray();
}
