using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace DataFlow.Engine.Workflows;

/// <summary>Finds what the JSON parser lets pass or throws at: duplicates, depth, lone surrogates, U+0000, infinities. Never recurses.</summary>
internal ref struct JsonScanner
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly ProblemList _problems;
    private readonly Stack<Frame> _frames = new();
    private Utf8JsonReader _reader;

    private readonly int _longestPath;

    private JsonScanner(ReadOnlySpan<byte> text, ProblemList problems, int longestPath)
    {
        _longestPath = longestPath;
        _text = text;
        _problems = problems;

        // Deeper than the limit, so that the limit is ours to report with a pointer.
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = EngineJson.MaxDepth + 2 });
    }

    /// <param name="text">UTF-8, one hopes.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="longestPath">Most characters of all names on the way to a value.</param>
    public static void Scan(ReadOnlySpan<byte> text, ProblemList problems, int longestPath)
    {
        if (!Utf8.IsValid(text))
        {
            var at = FirstInvalid(text);
            problems.Add(JsonPointer.Root, ProblemCodes.InvalidUtf8, $"The text is not UTF-8: byte 0x{text[at]:X2} at {Place(text, at)}.");
            return;
        }

        new JsonScanner(text, problems, longestPath).Scan();
    }

    private void Scan()
    {
        try
        {
            while (_problems.HasRoom && _reader.Read())
                if (!Token()) return;
        }
        catch (JsonException exception)
        {
            var at = LineStart(exception.LineNumber ?? 0) + (int)(exception.BytePositionInLine ?? 0);
            var why = _text.Trim(" \t\r\n"u8).IsEmpty ? "There is nothing to read." : Reason(exception.Message);
            _problems.Add(JsonPointer.Root, ProblemCodes.MalformedJson, $"Not JSON, at {Place(_text, at)}: {why}");
        }
    }

    private readonly bool Token()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                Member();
                return true;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _frames.Pop();
                return true;
        }

        if (_frames.TryPeek(out var parent) && parent.Names is null) parent.Index++;
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                if (_frames.Count == EngineJson.MaxDepth)
                {
                    Report(ProblemCodes.MaxDepth, $"The document is nested more than {EngineJson.MaxDepth} deep.");
                    return false;
                }

                _frames.Push(new Frame(_reader.TokenType == JsonTokenType.StartObject ? new HashSet<string>(StringComparer.Ordinal) : null, parent?.PathLength ?? 0));
                break;
            case JsonTokenType.String when _reader.ValueIsEscaped:
                Escapes("The text");
                break;
            case JsonTokenType.Number when Utf8Parser.TryParse(_reader.ValueSpan, out double number, out _) && !double.IsFinite(number):
                Report(ProblemCodes.NumberNotFinite, "The number is too large; numbers go up to about 1.8e308.");
                break;
        }

        return true;
    }

    private readonly void Member()
    {
        var frame = _frames.Peek();
        frame.Name = null;
        if (_reader.ValueIsEscaped && !Escapes("A member's name")) return;
        frame.Name = _reader.GetString()!;
        if (frame.Above <= _longestPath && frame.PathLength > _longestPath)
            Report(ProblemCodes.Length, $"The names on the way to this value have more than {_longestPath} characters together.");
        if (!frame.Names!.Add(frame.Name))
            Report(ProblemCodes.DuplicateKey, $"{Wording.Quote(frame.Name)} is given more than once in this object.");
    }

    /// <summary>Reports what escapes hide; false when the text cannot be decoded.</summary>
    private readonly bool Escapes(string what)
    {
        var raw = _reader.ValueSpan;
        var (nul, lone, high) = (false, false, false);
        for (var i = 0; i < raw.Length; i++)
        {
            var unit = -1;
            if (raw[i] == '\\')
            {
                i++;
                if (raw[i] == 'u' && Utf8Parser.TryParse(raw.Slice(i + 1, 4), out unit, out _, 'x')) i += 4;
            }

            nul |= unit == 0;
            lone |= char.IsLowSurrogate((char)Math.Max(unit, 0)) != high;
            high = unit >= 0 && char.IsHighSurrogate((char)unit);
        }

        lone |= high;
        if (nul) Report(ProblemCodes.NulCharacter, $"{what} has the character U+0000, which cannot be stored.");
        if (lone) Report(ProblemCodes.InvalidUnicode, $"{what} has half of a surrogate pair, which is no character.");
        return !lone;
    }

    private readonly void Report(string code, string detail)
    {
        var pointer = JsonPointer.Root;
        foreach (var frame in _frames.Reverse())
        {
            if (frame is { Names: not null, Name: null } or { Names: null, Index: < 0 }) break;
            if (pointer.Length + frame.Name?.Length > JsonPointer.Longest) break;
            pointer = frame.Name is { } name ? JsonPointer.Append(pointer, name) : JsonPointer.Append(pointer, frame.Index);
        }

        _problems.Add(pointer, code, detail);
    }

    private readonly int LineStart(long line)
    {
        var start = 0;
        for (; line > 0 && _text[start..].IndexOf((byte)'\n') is >= 0 and var length; line--) start += length + 1;
        return start;
    }

    private static string Place(ReadOnlySpan<byte> text, int at)
    {
        var before = text[..Math.Min(at, text.Length)];
        var start = before.LastIndexOf((byte)'\n') + 1;
        return $"line {before.Count((byte)'\n') + 1}, column {Encoding.UTF8.GetCharCount(before[start..]) + 1}";
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }

    /// <summary>The parser's own words, on one line, less what only its callers understand.</summary>
    private static string Reason(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Wording.Line(end < 0 ? message : message[..end])
            .Replace(" which is not supported in this mode. Change the reader options.", ".", StringComparison.Ordinal)
            .Replace("Expected depth to be zero at the end of the JSON payload. ", "", StringComparison.Ordinal);
    }

    private sealed class Frame(HashSet<string>? names, int above)
    {
        /// <summary>Characters of the names that lead here.</summary>
        public int Above { get; } = above;

        public int PathLength => Above + (Name?.Length + 1 ?? 0);

        /// <summary>The members so far; <c>null</c> for an array.</summary>
        public HashSet<string>? Names { get; } = names;

        public string? Name { get; set; }

        public int Index { get; set; } = -1;
    }
}
