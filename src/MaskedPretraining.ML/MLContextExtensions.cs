using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>The entry point of the library.</summary>
public static class MLContextExtensions
{
    extension(MLContext context)
    {
        /// <summary>Masked image pre-training: images as data views, encoders, attention maps, and how good features are.</summary>
        public MaskedPretrainingCatalog MaskedPretraining => new(context);
    }
}
