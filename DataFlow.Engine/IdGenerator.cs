using System.Security.Cryptography;

namespace DataFlow.Engine;

/// <summary>Draws ids: a prefix and lower-case base-36 characters.</summary>
public interface IIdGenerator
{
    /// <summary>Draws one.</summary>
    /// <param name="prefix"><c>wf-</c>, <c>ex-</c>, <c>msg_</c>, <c>we-</c>.</param>
    string Next(string prefix);
}

/// <summary>12 characters from the system's random source: 62 bits, unique by index, drawn again on a collision.</summary>
public sealed class RandomIdGenerator : IIdGenerator
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <inheritdoc/>
    public string Next(string prefix) => string.Concat(prefix, RandomNumberGenerator.GetString(Alphabet, 12));
}
