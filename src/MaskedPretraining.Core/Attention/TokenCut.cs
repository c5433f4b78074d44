using System.Collections.Concurrent;
using MaskedPretraining.Core.Attention.Cuts;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Attention;

/// <summary>
/// TokenCut (Wang et al. 2022): patches whose keys point the same way are connected, and the normalised cut (Shi and Malik 2000) that separates the object from the rest is read off the second eigenvector of
/// <c>(D - A) x = lambda D x</c>. Managed code, double precision, many images at once on all cores. Thread safe; keeps its buffers from call to call.
/// </summary>
/// <remarks>
/// <para>A is 1 where the cosine of two keys exceeds <see cref="TokenCutOptions.Threshold"/> and <see cref="TokenCutOptions.WeakEdge"/> elsewhere; D holds its row sums. Every cosine near the threshold is decided in double
/// precision, so that the graph does not depend on the machine.</para>
/// <para>The eigenvector comes from the Lanczos process on <c>D^-1/2 A D^-1/2</c> with the first eigenvector deflated. That process meets every eigenvalue once, however often it occurs, so that the third
/// comes from a second one with the second deflated too: a multiple eigenvalue is seen.</para>
/// <para>Where this differs from the paper's code: a cut whose second and third eigenvalue agree to 1e-6 is called degenerate instead of giving an arbitrary vector, and the soft map has the same sign as the partition.
/// As in the paper the object is the side that holds the entry of largest magnitude, which is the smaller one: an object that fills more than half of the picture is taken for background.</para>
/// </remarks>
public sealed class TokenCut
{
    private readonly TokenCutOptions _options;
    private readonly ConcurrentBag<CutWorkspace> _workspaces = [];

    /// <summary>Prepares cuts of one size.</summary>
    /// <param name="grid">The grid of patches, N = rows * columns at least 3.</param>
    /// <param name="width">Numbers in a key D, all heads together.</param>
    /// <param name="options">Threshold and weak edge; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">An option lies outside its range.</exception>
    /// <exception cref="ArgumentException">The grid has fewer than three cells; images must have at least three patches.</exception>
    public TokenCut(PatchGrid grid, int width, TokenCutOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (grid.Rows < 1 || grid.Columns < 1 || grid.Count < 3)
        {
            throw new ArgumentException($"A grid of {grid} patches cannot be cut; at least three patches are needed. Use larger images or smaller patches.", nameof(grid));
        }

        _options = (options ?? new TokenCutOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(TokenCutOptions));
        (Grid, Width) = (grid, width);
    }

    /// <summary>The grid of patches.</summary>
    public PatchGrid Grid { get; }

    /// <summary>Numbers in a key D.</summary>
    public int Width { get; }

    /// <summary>Cuts images.</summary>
    /// <param name="keys">Key vectors of the last block, class token not counted, <c>[B, N, D]</c>; finite.</param>
    /// <returns>One cut an image; the same whatever the number of threads.</returns>
    /// <exception cref="ArgumentException">The keys do not make whole images, or one is not finite.</exception>
    public TokenCutMap[] Segment(ReadOnlyMemory<float> keys)
    {
        int length = Grid.Count * Width;
        if (keys.Length % length != 0)
        {
            throw new ArgumentException($"{keys.Length} numbers do not make whole images of {Grid.Count} keys of {Width} numbers.", nameof(keys));
        }

        var maps = new TokenCutMap[keys.Length / length];
        CheckFinite(keys.Span);
        Parallel.For(0, maps.Length, new ParallelOptions { MaxDegreeOfParallelism = _options.Threads ?? Environment.ProcessorCount }, Rent, (image, _, workspace) =>
        {
            maps[image] = workspace.Cut(keys.Span.Slice(image * length, length));
            return workspace;
        }, _workspaces.Add);
        return maps;
    }

    private CutWorkspace Rent() => _workspaces.TryTake(out var workspace) ? workspace : new CutWorkspace(Grid, Width, _options.Threshold, _options.WeakEdge);

    private void CheckFinite(ReadOnlySpan<float> keys)
    {
        if (System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(keys))
        {
            return;
        }

        int place = 0;
        while (float.IsFinite(keys[place]))
        {
            place++;
        }

        int token = place / Width;
        throw new ArgumentException($"Feature {place % Width} of the key of patch {token % Grid.Count} in image {token / Grid.Count} is {keys[place]}; keys must be finite. Check the encoder and its input.", nameof(keys));
    }
}
