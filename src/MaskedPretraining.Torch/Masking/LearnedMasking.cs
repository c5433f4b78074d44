using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>
/// Masks that are learned beside the model. Loaded batches have random plans; this replaces them in each step, adds gradients and losses of its own, and is part of a run's state. A step asks for
/// <see cref="AddGradients"/> and then, if all losses are finite, for <see cref="Step"/>.
/// </summary>
internal abstract class LearnedMasking : IDisposable
{
    /// <summary>What learns the masks of a run.</summary>
    /// <param name="options">The run's, already validated.</param>
    /// <param name="model">The model, already initialised; its tensors have the first numbers for <see cref="Optimization.ParameterArena.Initialize"/>.</param>
    /// <param name="device">Where the model lies.</param>
    /// <returns>Null if the strategy's own plans are the masks.</returns>
    public static LearnedMasking? Create(PretrainerOptions options, MaskedImageModel model, Device device) => options.Masking switch
    {
        AutoMaeMasking autoMae => new AutoMae(autoMae, options, model.Parameters.Specs.Count, device),
        HardPatchMasking hardPatches => new HardPatches(hardPatches, options, model, device),
        _ => null,
    };

    /// <summary>What was seen in the last step.</summary>
    public LearnedMaskingMetrics Metrics { get; protected set; } = new();

    /// <summary>Plans the masks of a batch anew and adds all gradients, the model's and its own.</summary>
    /// <param name="images">The batch with the loader's plans.</param>
    /// <param name="samples">Image numbers, <c>[B]</c>.</param>
    /// <param name="moment">When in the run.</param>
    /// <param name="reconstruct">
    /// Adds the gradients of the model's loss on images with their masks, <see cref="MaskedImages.GateGradients"/> included; called once. The counts are those that the strategy tells; patches of a loss
    /// that maps guide are weighed anew.
    /// </param>
    /// <returns>All losses; not finite if any of them, reported or not, is not.</returns>
    public abstract StepLosses AddGradients(MaskedImages images, ReadOnlySpan<int> samples, StepMoment moment, Func<MaskedImages, StepLosses> reconstruct);

    /// <summary>Takes the step along its gradients, after the model's.</summary>
    public abstract void Step(StepMoment moment);

    /// <summary>Whether no weight is infinite or not a number.</summary>
    public abstract bool AreFinite();

    /// <summary>Adds the weights that make masks, for those who go on with them.</summary>
    public abstract void Store(StateDictionary state);

    /// <summary>Everything that a training state needs of it, under names that no tensor of a model has.</summary>
    public abstract IEnumerable<StreamedTensor> Stream();

    /// <summary>Continues where a training state with the entries of <see cref="Stream"/> was written.</summary>
    public abstract void Load(Func<string, TensorData> read, long stepCount);

    public abstract void Dispose();
}
