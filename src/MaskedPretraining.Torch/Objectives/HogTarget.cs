using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>
/// Histograms of oriented gradients (MaskFeat: Wei et al. 2022, section 3.2): Sobel gradients of each channel, their lengths summed by direction over square cells, each histogram divided by its
/// Euclidean norm. No interpolation between bins or cells, no block normalisation.
/// </summary>
/// <remarks>
/// The direction is <c>atan2(gx, gy)</c>, as in MaskFeat's code: an angle from the vertical. Gradients reach over the edges of patches, hence targets are made of whole images and those of masked
/// patches are then picked. On CUDA the order in which a cell's pixels are added is not fixed, so that the last bits may differ from run to run.
/// </remarks>
/// <param name="images">Shape of images and patches.</param>
/// <param name="options">Already validated.</param>
internal sealed class HogTarget(VisionTransformerOptions images, HogOptions options) : IReconstructionTarget
{
    /// <summary>Below this norm a histogram is divided by it: a cell without any gradient stays zero.</summary>
    private const double NormEpsilon = 1e-12;

    /// <inheritdoc/>
    public bool NeedsWholeImages => true;

    /// <inheritdoc/>
    public int LengthFor(VisionTransformerOptions encoder) => options.FeaturesOf(encoder);

    /// <inheritdoc/>
    public Tensor Of(StepTensors step)
    {
        using var scope = NewDisposeScope();
        var targets = Of(step.AllPatches!.view(step.Count, images.Grid.Count, images.PatchLength));      // [B, N, F]
        return targets.reshape(-1, LengthFor(images)).index_select(0, step.MaskedNumbers!).MoveToOuterDisposeScope();
    }

    /// <summary>Works out the targets of whole images. Nothing here is differentiated.</summary>
    /// <param name="patches">Normalised patches <c>[B, N, P*P*C]</c>, element order (y, x, channel).</param>
    /// <returns><c>[B, N, F]</c> in single precision; element <c>((channel * bins + bin) * (P/cell) + cell row) * (P/cell) + cell column</c>.</returns>
    /// <exception cref="ArgumentException">The patches are not those of whole images.</exception>
    public Tensor Of(Tensor patches)
    {
        long[] shape = patches.shape;
        if (shape.Length != 3 || shape[1] != images.Grid.Count || shape[2] != images.PatchLength)
        {
            throw new ArgumentException($"Whole images have patches [B, {images.Grid.Count}, {images.PatchLength}], not [{string.Join(", ", shape)}].", nameof(patches));
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (horizontal, vertical) = Gradients(PlanesOf(patches.to(ScalarType.Float32), shape[0]));      // [B*C, H, W] each
        var magnitude = Weigh(horizontal.square().addcmul_(vertical, vertical, 1).sqrt_());
        var directions = horizontal.atan2(vertical).mul_(options.Bins / Math.PI).floor_();               // -bins to bins
        var histograms = F.normalize(Histograms(magnitude, directions), 2, 1, NormEpsilon);              // [B*C, bins, H/cell * W/cell]
        return ByPatch(histograms, shape[0]).MoveToOuterDisposeScope();
    }

    private Tensor PlanesOf(Tensor patches, long batch)
    {
        var (rows, columns) = (images.Grid.Rows, images.Grid.Columns);
        return patches.view(batch, rows, columns, images.PatchSize, images.PatchSize, images.Channels)
            .permute(0, 5, 1, 3, 2, 4)
            .reshape(batch * images.Channels, images.ImageHeight, images.ImageWidth);                    // [B*C, H, W]
    }

    /// <summary>Sobel's operator over planes mirrored at their edges, the edge itself not repeated: left minus right and top minus bottom.</summary>
    private (Tensor Horizontal, Tensor Vertical) Gradients(Tensor planes)
    {
        long height = images.ImageHeight, width = images.ImageWidth;
        var tall = cat(new[] { planes.narrow(1, 1, 1), planes, planes.narrow(1, height - 2, 1) }, 1);
        var padded = cat(new[] { tall.narrow(2, 1, 1), tall, tall.narrow(2, width - 2, 1) }, 2);         // [B*C, H+2, W+2]
        var smooth = padded.narrow(1, 0, height).add(padded.narrow(1, 1, height), 2).add_(padded.narrow(1, 2, height));
        var drop = padded.narrow(1, 0, height).sub(padded.narrow(1, 2, height));
        return (
            smooth.narrow(2, 0, width).sub(smooth.narrow(2, 2, width)),
            drop.narrow(2, 0, width).add(drop.narrow(2, 1, width), 2).add_(drop.narrow(2, 2, width)));
    }

    private Tensor Weigh(Tensor magnitude)
    {
        if (options.GaussianWindow is not { } side)
        {
            return magnitude;
        }

        var offsets = arange(side, ScalarType.Float32, magnitude.device).sub_((side - 1) / 2.0).div_(side / 2.0);
        var bell = offsets.square().mul_(-0.5).exp_();
        var window = bell.outer(bell);
        return magnitude.mul_(window.div_(window.sum()).repeat(images.ImageHeight / side, images.ImageWidth / side));
    }

    /// <summary>Sums lengths over each cell, first by direction over a whole turn, then opposite directions together.</summary>
    private Tensor Histograms(Tensor magnitude, Tensor directions)
    {
        var (size, bins, device) = (options.CellSize, options.Bins, magnitude.device);
        long planes = magnitude.shape[0], columns = images.ImageWidth / size, cells = images.ImageHeight / size * columns, slots = (2 * bins) + 1;
        var cellOf = CellNumbers(images.ImageHeight, device).mul_(columns).unsqueeze(1).add(CellNumbers(images.ImageWidth, device));  // [H, W]
        var first = arange(planes, ScalarType.Int64, device).mul_(slots).add_(bins).mul_(cells).view(planes, 1, 1);
        var places = directions.to(ScalarType.Int64).mul_(cells).add_(cellOf).add_(first);
        var turn = zeros(new[] { planes * slots * cells }, ScalarType.Float32, device)
            .scatter_add_(0, places.view(-1), magnitude.view(-1))
            .view(planes, slots, cells);
        var half = turn.narrow(1, 0, bins).add(turn.narrow(1, bins, bins));
        // Half a turn exactly is the direction 0.
        half.narrow(1, 0, 1).add_(turn.narrow(1, 2 * bins, 1));
        return half;
    }

    private Tensor CellNumbers(long length, Device device) => arange(length, ScalarType.Int64, device).floor_divide(options.CellSize);

    private Tensor ByPatch(Tensor histograms, long batch)
    {
        var (rows, columns, cells) = (images.Grid.Rows, images.Grid.Columns, images.PatchSize / options.CellSize);
        return histograms.view(batch, images.Channels * options.Bins, rows, cells, columns, cells)
            .permute(0, 2, 4, 1, 3, 5)
            .reshape(batch, rows * columns, -1);                                                         // [B, N, F]
    }
}
