using System.Diagnostics;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Classification;
using Microsoft.ML;

namespace MaskedPretraining.ML.Comparison;

/// <summary>An encoder on a data set. Its features are computed once, when the first protocol asks for them, and shared by all.</summary>
internal sealed class EvaluationSubject : IDisposable
{
    private readonly Lazy<OpenEncoder> _encoder;
    private readonly Lazy<TrainTestFeatures> _features;

    public EvaluationSubject(MLContext context, ComparedEncoder encoder, ComparedDataSet data, CancellationToken cancellation)
    {
        (Context, Data) = (context, data);
        // An error is kept as well, so that the same work is not begun again for every protocol.
        _encoder = new Lazy<OpenEncoder>(() => encoder.Open(context, data));
        _features = new Lazy<TrainTestFeatures>(() =>
        {
            var watch = Stopwatch.StartNew();
            var features = TrainTestFeatures.Of(Read(data.Train, cancellation), Read(data.Test, cancellation));
            FeatureSeconds = watch.Elapsed.TotalSeconds;
            return features;
        });
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

    /// <summary>What computing the features took; 0 before.</summary>
    public double FeatureSeconds { get; private set; }

    public void Dispose()
    {
        if (_encoder.IsValueCreated)
        {
            _encoder.Value.Dispose();
        }
    }

    private NamedFeatures Read(IDataView view, CancellationToken cancellation) =>
        NamedFeatures.Read(Encoder.Transformer.Transform(view), Data.LabelColumnName, Encoder.FeatureColumnName, cancellation);
}
