namespace DataFlow.Engine.TaskTypes.OpenAI;

/// <summary>Cuts a long text where a reader would pause.</summary>
internal static class TextParts
{
    /// <summary>A cautious guess of what a model counts: four ASCII characters a token, one token for every other character.</summary>
    public static int Tokens(ReadOnlySpan<char> text)
    {
        var others = 0;
        foreach (var c in text)
            if (c > 0x7F) others++;
        return others + ((text.Length - others + 3) / 4);
    }

    /// <summary>Parts of at most <paramref name="most"/> tokens, each ending at a blank line, else a line, else a sentence, else a word.</summary>
    public static IReadOnlyList<string> Split(string text, int most)
    {
        List<string> parts = [];
        var rest = text.AsSpan().Trim();
        while (Tokens(rest) > most)
        {
            var length = LongestStart(rest, most);
            var cut = Pause(rest[..length]);
            parts.Add(rest[..cut].TrimEnd().ToString());
            rest = rest[cut..].TrimStart();
        }
        if (rest.Length > 0) parts.Add(rest.ToString());
        return parts;
    }

    private static int LongestStart(ReadOnlySpan<char> text, int most)
    {
        var quarters = 0;
        for (var i = 0; i < text.Length; i++)
        {
            quarters += text[i] > 0x7F ? 4 : 1;
            if (quarters > (most - 1) * 4) return char.IsHighSurrogate(text[i - 1]) ? i - 1 : i;
        }
        return text.Length;
    }

    private static int Pause(ReadOnlySpan<char> text)
    {
        // A pause in the first half would make many small parts.
        var half = text.Length / 2;
        foreach (var pause in (string[])["\n\n", "\n", ". ", "。", " "])
            if (text.LastIndexOf(pause) is var at && at > half) return at + pause.Length;
        return text.Length;
    }
}
