using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Masking;

/// <summary>Options of small runs with hard patches.</summary>
internal static class HardPatchRuns
{
    /// <summary>12 of 16 patches are masked, up to 6 of them hard; pixels as they are, as published.</summary>
    public static PretrainerOptions Options(int epochs, bool kernels = true)
    {
        var options = TinyRun.Options(epochs);
        (options.Masking, options.Target) = (new HardPatchMasking(), ReconstructionTarget.Pixels);
        return kernels ? options : TinyRun.WithoutKernels(options);
    }
}
