using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

#region docs
/// <summary>Hides the upper, lower, left or right half of an image, so that the network has to continue what it sees.</summary>
internal sealed class HalfMasking : IMaskingStrategy
{
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => new(Masked: grid.Count / 2, Thrown: 0, Visible: grid.Count / 2);

    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        var (rows, columns) = (context.Grid.Rows, context.Grid.Columns);
        int side = context.Random.NextInt32(4);
        var (v, m) = (0, 0);
        for (int patch = 0; patch < rows * columns; patch++)
        {
            bool isFirstHalf = side < 2 ? patch / columns < rows / 2 : patch % columns < columns / 2;
            (isFirstHalf == (side % 2 == 0) ? ref masked[m++] : ref visible[v++]) = patch;
        }

        return masked.Length;
    }

    public override string ToString() => nameof(HalfMasking);
}
#endregion
