namespace Compat.Tests.Rules;

/// <summary>A type of a package as its signature list has it.</summary>
/// <param name="Name">Name without generic parameters' spaces.</param>
/// <param name="Bases">Base type and interfaces, as written.</param>
internal sealed record ApiType(string Name, IReadOnlyList<string> Bases)
{
    /// <summary>Members in the form of <see cref="SignatureText"/>.</summary>
    public HashSet<string> Members { get; } = [];
}
