using System.Diagnostics;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Classification;
using Microsoft.ML;

namespace MaskedPretraining.ML.Comparison;

/// <summary>An encoder on a data set. Its features are computed once, when the first protocol asks for them, and shared by all.</summary>
internal sealed class EvaluationSubject : IDisposable
{
    private readonly Lazy<OpenEncoder> _encoder;
    private readonly Lazy<NamedFeatures> _train;
    private readonly Lazy<TrainTestFeatures> _features;
    private readonly CancellationToken _cancellation;

    public EvaluationSubject(MLContext context, ComparedEncoder encoder, ComparedDataSet data, CancellationToken cancellation)
    {
        (Context, Data, _cancellation) = (context, data, cancellation);
        // An error is kept as well, so that the same work is not begun again for every protocol.
        _encoder = new Lazy<OpenEncoder>(() => encoder.Open(context, data));
        _train = new Lazy<NamedFeatures>(() => Read(data.Train));
        _features = new Lazy<TrainTestFeatures>(() => FeaturesOf(data.Test));
    }

    public MLContext Context { get; }

    public ComparedDataSet Data { get; }

    public OpenEncoder Encoder => _encoder.Value;

    /// <summary>The encoder's weights, for protocols that need more than features.</summary>
    /// <exception cref="InvalidOperationException">It is a transformer whose weights cannot be had.</exception>
    public EncoderWeights Weights => Encoder.Weights ?? throw new InvalidOperationException(
        "This protocol needs the encoder's weights, and the transformer is none of this library's. Compare its checkpoint with ComparedEncoder.FromCheckpoint.");

    /// <summary>Features of all labelled images.</summary>
    public TrainTestFeatures Features => _features.Value;

    /// <summary>What computing features took so far.</summary>
    public double FeatureSeconds { get; private set; }

    public void Dispose()
    {
        if (_encoder.IsValueCreated)
        {
            _encoder.Value.Dispose();
        }
    }

    /// <summary>Features of the training images and of other images than the data set's own for testing; the latter are not kept.</summary>
    public TrainTestFeatures FeaturesOf(IDataView test) => TrainTestFeatures.Of(_train.Value, Read(test));

    private NamedFeatures Read(IDataView view)
    {
        var watch = Stopwatch.StartNew();
        var features = NamedFeatures.Read(Encoder.Transformer.Transform(view), Data.LabelColumnName, Encoder.FeatureColumnName, _cancellation);
        FeatureSeconds += watch.Elapsed.TotalSeconds;
        return features;
    }
}
