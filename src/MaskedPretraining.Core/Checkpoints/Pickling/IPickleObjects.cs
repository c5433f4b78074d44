namespace MaskedPretraining.Core.Checkpoints.Pickling;

/// <summary>Makes the few objects that a reader knows.</summary>
internal interface IPickleObjects
{
    /// <summary>What a call of a Python class or function gives: an object of the reader's own, or a <see cref="PickleStub"/>.</summary>
    /// <exception cref="FormatException">A known function has arguments that it cannot have.</exception>
    object? Construct(PickleGlobal callable, object?[] arguments);

    /// <summary>The object that lies outside of the pickle under an identity.</summary>
    /// <exception cref="FormatException">It is none that the reader knows.</exception>
    object? Persistent(object? identity);
}
