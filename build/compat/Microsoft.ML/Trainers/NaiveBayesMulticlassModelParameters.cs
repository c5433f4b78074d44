using Microsoft.ML.Data;

namespace Microsoft.ML.Trainers;

public sealed class NaiveBayesMulticlassModelParameters : IClassModel
{
    private readonly long[] _labelCounts;
    private readonly long[][] _featureCounts;
    private readonly double[] _absent;

    internal NaiveBayesMulticlassModelParameters(long[] labelCounts, long[][] featureCounts)
    {
        _labelCounts = labelCounts;
        _featureCounts = featureCounts;
        _absent = [.. featureCounts.Select((counts, label) => labelCounts[label] == 0 ? 0 : counts.Sum(count => LogShare(labelCounts[label] - count, label)))];
    }

    int IClassModel.Classes => _labelCounts.Length;

    void IClassModel.Score(in VBuffer<float> features, Span<float> scores)
    {
        Checks.State(features.Length == _featureCounts[0].Length, "Invalid number of features passed.");
        double total = _labelCounts.Sum();
        for (int label = 0; label < scores.Length; label++)
        {
            double score = Math.Log(_labelCounts[label] / total) + _absent[label];
            foreach (KeyValuePair<int, float> item in _labelCounts[label] > 0 ? features.Items() : [])
            {
                // What is there counts by how often it was there, instead of by how often it was not.
                if (item.Value > 0)
                    score += LogShare(_featureCounts[label][item.Key], label) - LogShare(_labelCounts[label] - _featureCounts[label][item.Key], label);
            }
            scores[label] = (float)score;
        }
    }

    void IClassModel.Save(BinaryWriter writer)
    {
        writer.Write(_labelCounts.Length);
        writer.Write(_featureCounts[0].Length);
        foreach (long count in _labelCounts.Concat(_featureCounts.SelectMany(counts => counts)))
            writer.Write(count);
    }

    internal static NaiveBayesMulticlassModelParameters Load(BinaryReader reader)
    {
        int classes = reader.ReadInt32(), features = reader.ReadInt32();
        long[] Counts(int length) => [.. Enumerable.Range(0, length).Select(_ => reader.ReadInt64())];
        long[] labels = Counts(classes);
        return new NaiveBayesMulticlassModelParameters(labels, [.. Enumerable.Range(0, classes).Select(_ => Counts(features))]);
    }

    private double LogShare(long count, int label) => Math.Log(1 + (double)count) - Math.Log((double)_labelCounts[label] + _labelCounts.Length);
}
