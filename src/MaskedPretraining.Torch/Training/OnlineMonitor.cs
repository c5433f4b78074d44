using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Labelled images on which an encoder is measured while it is pre-trained: the bank, whose features nearest neighbours and a linear probe learn from, and the queries that both are asked about.
/// Neither is trained on.
/// </summary>
/// <remarks>
/// Features are those of whole images, resized whatever their aspect ratio and nothing masked, by the weights as they are (not their moving average). The probe begins anew each time and has no state.
/// Nothing of the run changes: no random number of its own is drawn, and no gradient reaches the encoder.
/// Queries of a class that the bank has no image of count, and are always wrong.
/// </remarks>
public sealed class OnlineMonitor
{
    private readonly OnlineMonitorOptions _options;

    /// <summary>Creates a monitor.</summary>
    /// <param name="bank">Images to learn from, of at least two classes.</param>
    /// <param name="queries">Images to ask about, with the same classes.</param>
    /// <param name="options">What is measured and how often; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; more neighbours are asked for than the bank has images.</exception>
    /// <exception cref="ArgumentException">There are no queries, the bank has one class, or the two have other classes.</exception>
    public OnlineMonitor(ILabeledImageSource bank, ILabeledImageSource queries, OnlineMonitorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(queries);
        options ??= new OnlineMonitorOptions();
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.Require(options.Knn is null || options.Knn.Neighbors <= bank.Count, nameof(options.Knn.Neighbors), options.Knn?.Neighbors, $"be at most {bank.Count}, the number of images in the bank");
        errors.ThrowIfAny(nameof(OnlineMonitorOptions));
        _options = options.Clone();
        (Bank, Queries) = (bank, queries);
        BankLabels = bank.Labels();
        QueryLabels = queries.Labels();
        Check();
    }

    internal ILabeledImageSource Bank { get; }

    internal ILabeledImageSource Queries { get; }

    internal int[] BankLabels { get; }

    internal int[] QueryLabels { get; }

    internal OnlineMonitorOptions Options => _options;

    private void Check()
    {
        if (!Bank.ClassNames.SequenceEqual(Queries.ClassNames, StringComparer.Ordinal))
        {
            throw new ArgumentException($"The queries have the classes {string.Join(", ", Queries.ClassNames)}, but the bank has {string.Join(", ", Bank.ClassNames)}. Number both with the same list of classes.");
        }

        if (Queries.Count == 0)
        {
            throw new ArgumentException("There are no queries to measure accuracy on; keep some labelled images apart from the bank.");
        }

        if (Array.TrueForAll(BankLabels, label => label == BankLabels[0]))
        {
            throw new ArgumentException($"All {Bank.Count} images of the bank are of class '{Bank.ClassNames[BankLabels[0]]}', but a classifier needs at least 2 classes. Add images of another one.");
        }
    }
}
