using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>The number of an output's largest value as a key (1 for the first; of equal values the first wins).</summary>
internal sealed class LargestScoreColumn(string name, KeyDataViewType type, int output, DataViewSchema.Annotations annotations)
    : ScoreColumn(new DataViewSchema.DetachedColumn(name, type, annotations), output)
{
    public override Delegate CreateGetter(ScoreBatch batch) =>
        (ValueGetter<uint>)((ref uint value) => value = (uint)TensorPrimitives.IndexOfMax(batch.Output(Output)) + 1);
}
