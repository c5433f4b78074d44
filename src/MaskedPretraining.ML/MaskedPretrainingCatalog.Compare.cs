using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Comparison;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Measures every encoder on every data set by every protocol, several times where chance plays a part, and gives a table with mean and spread.</summary>
    /// <param name="options">What is compared on what, and how; where results are kept, so that the next run does only what is missing.</param>
    /// <returns>The measurements. A cell that fails says why and does not stop the others; after cancellation, those that were done.</returns>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    /// <exception cref="IOException">A result cannot be kept.</exception>
    public ComparisonResult Compare(ComparisonOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(ComparisonOptions));
        using var channel = ((IChannelProvider)_context).Start(nameof(Compare));
        var run = new ComparisonRun(_context, options, channel);
        var cells = run.Run();
        return new ComparisonResult(_context, cells, run.WasCancelled);
    }
}
