using System.Globalization;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>What a reader sees as one character: a Unicode extended grapheme cluster.</summary>
internal static class TextElements
{
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (; text.Length > 0; count++) text = text[StringInfo.GetNextTextElementLength(text)..];
        return count;
    }

    /// <summary>How many <see langword="char"/>s the first <paramref name="count"/> elements take; all of them when there are fewer.</summary>
    public static int Prefix(ReadOnlySpan<char> text, int count)
    {
        var length = 0;
        for (; count > 0 && length < text.Length; count--) length += StringInfo.GetNextTextElementLength(text[length..]);
        return length;
    }

    /// <summary>How many <see langword="char"/>s the longest run of whole elements takes that has at most <paramref name="chars"/> of them.</summary>
    public static int Within(ReadOnlySpan<char> text, int chars)
    {
        var length = 0;
        while (length < text.Length && StringInfo.GetNextTextElementLength(text[length..]) is var next && length + next <= chars) length += next;
        return length;
    }
}
