using System.Globalization;

namespace MaskedPretraining.Core.Validation;

/// <summary>Collects everything that is wrong with a set of options, so that one message names all of it.</summary>
public sealed class OptionErrors
{
    private readonly List<string> _errors = [];

    /// <summary>Notes an error unless <paramref name="isValid"/> holds.</summary>
    /// <param name="isValid">Whether the value is allowed. Write it so that NaN fails: <c>x is &gt; 0 and &lt; 1</c>.</param>
    /// <param name="name">Name of the option.</param>
    /// <param name="value">The value found.</param>
    /// <param name="allowed">What is allowed, as the rest of the sentence "must ...".</param>
    public void Require(bool isValid, string name, object? value, string allowed)
    {
        if (!isValid)
        {
            _errors.Add(string.Create(CultureInfo.InvariantCulture, $"{name} must {allowed}, but is {value ?? "null"}."));
        }
    }

    /// <summary>Throws one exception that lists all errors noted; does nothing if there are none.</summary>
    /// <param name="owner">Name of the options type.</param>
    /// <exception cref="InvalidOptionsException">At least one error was noted.</exception>
    public void ThrowIfAny(string owner)
    {
        if (_errors.Count > 0)
        {
            throw new InvalidOptionsException(owner, _errors);
        }
    }
}
