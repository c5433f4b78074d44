using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>An output as a vector.</summary>
internal sealed class VectorScoreColumn(string name, VectorDataViewType type, int output, DataViewSchema.Annotations? annotations = null)
    : ScoreColumn(new DataViewSchema.DetachedColumn(name, type, annotations), output)
{
    public override Delegate CreateGetter(ScoreBatch batch) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
    {
        var source = batch.Output(Output);
        var editor = VBufferEditor.Create(ref value, source.Length);
        source.CopyTo(editor.Values);
        value = editor.Commit();
    });
}
