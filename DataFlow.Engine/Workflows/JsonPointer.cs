using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace DataFlow.Engine.Workflows;

/// <summary>
/// JSON Pointers in URI-fragment form (RFC 6901, section 6), as <see cref="Problem.Pointer"/> has them: <c>#/tasks/1/input/url</c>,
/// <c>~</c> and <c>/</c> in names as <c>~0</c> and <c>~1</c>, what a fragment cannot hold percent-encoded.
/// </summary>
public static class JsonPointer
{
    /// <summary>The whole document.</summary>
    public const string Root = "#";

    /// <summary>No problem's pointer is longer: a megabyte of member name repeated in a hundred problems would be a weapon. What lies deeper is reported for the value around it.</summary>
    internal const int Longest = 2_000;

    /// <summary>The member <paramref name="name"/> of what <paramref name="pointer"/> points to.</summary>
    public static string Append(string pointer, string name) => $"{pointer}/{Encode(Escape(name))}";

    /// <summary>The entry <paramref name="index"/> of the array <paramref name="pointer"/> points to.</summary>
    public static string Append(string pointer, int index) => string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}");

    /// <summary>Puts a plain pointer (<c>/headers/Accept</c>, or empty) behind one in fragment form.</summary>
    public static string Join(string pointer, string plain) => pointer + Encode(plain);

    /// <summary>The names and indexes of a pointer in fragment form, decoded; empty for the whole document.</summary>
    public static ImmutableArray<string> Segments(string pointer)
    {
        ArgumentNullException.ThrowIfNull(pointer);
        var plain = Uri.UnescapeDataString(pointer.StartsWith('#') ? pointer[1..] : pointer);
        return plain.Length == 0 ? [] : [.. plain[1..].Split('/').Select(Unescape)];
    }

    /// <summary>A name as a plain pointer holds it.</summary>
    internal static string Escape(string name) =>
        name.AsSpan().ContainsAny('~', '/') ? name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : name;

    private static string Unescape(string segment) =>
        segment.Contains('~') ? segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal) : segment;

    private static string Encode(string plain)
    {
        var allowed = true;
        foreach (var c in plain) allowed &= IsFragment(c);
        if (allowed) return plain;

        var encoded = new StringBuilder(plain.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in plain.EnumerateRunes())
        {
            if (rune.IsAscii && IsFragment((char)rune.Value))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)]) encoded.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    private static bool IsFragment(char c) => char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,;=:@/?".Contains(c);

    /// <summary>The nearest value around it whose pointer is short enough.</summary>
    internal static string Shorten(string pointer) =>
        pointer.Length <= Longest ? pointer : pointer[..Math.Max(1, pointer.LastIndexOf('/', Longest))];
}
