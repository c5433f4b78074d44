namespace Microsoft.ML.Data;

/// <summary>What the metrics are made of, gathered row by row.</summary>
internal sealed class MulticlassCounts(int classes)
{
    private readonly double[][] _confusion = [.. Enumerable.Range(0, classes).Select(_ => new double[classes])];
    private readonly double[] _ofClass = new double[classes];
    private readonly double[] _lossOfClass = new double[classes];
    private readonly double[] _ranks = new double[classes + 1];
    private double _rows;
    private double _correct;
    private double _loss;

    public void Add(int actual, int assigned, int rank, double loss)
    {
        _rows++;
        _loss += loss;
        _ranks[rank]++;
        if (actual >= classes)
            return;
        _ofClass[actual]++;
        _lossOfClass[actual] += loss;
        _confusion[actual][assigned]++;
        if (actual == assigned)
            _correct++;
    }

    public MulticlassClassificationMetrics ToMetrics(int topK, string[] names)
    {
        int[] seen = [.. Enumerable.Range(0, classes).Where(index => _ofClass[index] > 0)];
        double macro = seen.Length == 0 ? 0 : seen.Average(index => _confusion[index][index] / _ofClass[index]);
        double loss = _rows > 0 ? _loss / _rows : 0;
        double prior = -seen.Sum(index => _ofClass[index] * Math.Log(_ofClass[index] / _rows)) / _rows;
        double[] topAccuracies = null;
        if (topK > 0)
        {
            topAccuracies = new double[Math.Min(topK, _ranks.Length)];
            double reached = 0;
            for (int i = 0; i < topAccuracies.Length; i++)
                topAccuracies[i] = (reached += _ranks[i]) / _rows;
        }
        double[] perClass = [.. _lossOfClass.Select((sum, index) => _ofClass[index] > 0 ? sum / _ofClass[index] : 0)];
        return new MulticlassClassificationMetrics(_rows > 0 ? _correct / _rows : 0, macro, loss, (prior - loss) / prior, topK, topAccuracies, perClass,
            new ConfusionMatrix(_confusion, names));
    }
}
