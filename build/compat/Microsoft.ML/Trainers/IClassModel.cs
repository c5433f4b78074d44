using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

/// <summary>What a multiclass prediction transformer needs of a model.</summary>
internal interface IClassModel
{
    int Classes { get; }
    void Score(in VBuffer<float> features, Span<float> scores);
    void Save(BinaryWriter writer);
}
