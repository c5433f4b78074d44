using MaskedPretraining.Core.Evaluation.Retrieval;
using MaskedPretraining.ML.Comparison;
using MaskedPretraining.ML.Retrieval;

namespace MaskedPretraining.ML;

public sealed partial class EvaluationProtocol
{
    /// <summary>Mean average precision of retrieval: each test image searches the training images for those of its class. Without a seed.</summary>
    public static EvaluationProtocol Retrieval() => new("retrieval mAP", "retrieval by label", isSeeded: false, (subject, _, cancellation) =>
    {
        var (train, test) = (subject.Features.Train, subject.Features.Test);
        var truths = LabelTruths.Of(test.Labels, train.Labels, areTheSame: false);
        return new ProtocolResult(new RetrievalEvaluator(train.Features).Evaluate(test.Features, truths, new RetrievalOptions { Cutoffs = [] }, cancellation).MeanAveragePrecision);
    });
}
