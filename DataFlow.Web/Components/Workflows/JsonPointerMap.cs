using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DataFlow.Web.Components.Workflows;

/// <summary>A stretch of text, lines and columns from 1, columns counted in UTF-16 units as editors do. The end is exclusive.</summary>
public readonly record struct TextRange(int StartLine, int StartColumn, int EndLine, int EndColumn)
{
    public static TextRange Start { get; } = new(1, 1, 1, 2);
}

/// <summary>Where every value of a JSON text stands, by JSON Pointer. Reads as far as the text is well-formed.</summary>
internal sealed class JsonPointerMap
{
    private readonly Dictionary<string, (int From, int To)> places = new(StringComparer.Ordinal);
    private readonly byte[] bytes;
    private readonly int[] lineStarts;

    private JsonPointerMap(byte[] bytes)
    {
        this.bytes = bytes;
        lineStarts = [0, .. Enumerable.Range(0, bytes.Length).Where(i => bytes[i] == (byte)'\n').Select(i => i + 1)];
    }

    public static JsonPointerMap Of(string text)
    {
        var map = new JsonPointerMap(Encoding.UTF8.GetBytes(text));
        map.Read();
        return map;
    }

    /// <summary>Where the text stops being JSON; <c>null</c>: nowhere.</summary>
    public TextRange? Broken { get; private set; }

    /// <summary>The place of a pointer such as <c>#/tasks/1/ref</c>; of its nearest parent that exists when it does not itself (a missing member).</summary>
    public TextRange Find(string pointer)
    {
        var key = Normalise(pointer);
        if (key.Length == 0 && Broken is { } broken) return broken;
        while (!places.ContainsKey(key))
        {
            if (key.Length == 0) return TextRange.Start;
            key = key[..Math.Max(0, key.LastIndexOf('/'))];
        }
        var (from, to) = places[key];
        // A squiggle under a whole object hides what is meant: its opening bracket says enough.
        if (bytes[from] is (byte)'{' or (byte)'[') to = from + 1;
        var (startLine, startColumn) = Position(from);
        var (endLine, endColumn) = Position(to);
        return new TextRange(startLine, startColumn, endLine, endColumn);
    }

    /// <summary>All of a value, from its first to its last character; <c>null</c>: it is not there.</summary>
    public TextRange? Whole(string pointer)
    {
        if (!places.TryGetValue(Normalise(pointer), out var place)) return null;
        var ((startLine, startColumn), (endLine, endColumn)) = (Position(place.From), Position(place.To));
        return new TextRange(startLine, startColumn, endLine, endColumn);
    }

    /// <summary>The pointer of the innermost value that a position stands in; <c>#</c> outside of all.</summary>
    public string At(int line, int column)
    {
        if (line < 1 || line > lineStarts.Length) return "#";
        var end = line < lineStarts.Length ? lineStarts[line] : bytes.Length;
        var text = Encoding.UTF8.GetString(bytes, lineStarts[line - 1], end - lineStarts[line - 1]);
        var offset = lineStarts[line - 1] + Encoding.UTF8.GetByteCount(text.AsSpan(0, Math.Clamp(column - 1, 0, text.Length)));
        var (found, size) = ("", int.MaxValue);
        foreach (var (pointer, (from, to)) in places)
            if (from <= offset && offset <= to && to - from < size) (found, size) = (pointer, to - from);
        return "#" + found;
    }

    /// <summary><c>#/a%20b</c>, <c>#</c>, <c>/a</c> and the empty string all become <c>/a b</c> form, still with <c>~0</c> and <c>~1</c>.</summary>
    private static string Normalise(string pointer) => pointer.StartsWith('#') ? Uri.UnescapeDataString(pointer[1..]) : pointer;

    private void Read()
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var path = new Stack<(string Pointer, int Index)>();
        var at = "";
        try
        {
            while (reader.Read())
            {
                var from = (int)reader.TokenStartIndex;
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        at = $"{path.Peek().Pointer}/{Escape(reader.GetString()!)}";
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        at = path.Pop().Pointer;
                        if (places.TryGetValue(at, out var opened)) places[at] = (opened.From, (int)reader.BytesConsumed);
                        at = Next(path);
                        break;
                    default:
                        places[at] = (from, (int)reader.BytesConsumed);
                        if (reader.TokenType is JsonTokenType.StartObject) path.Push((at, -1));
                        else if (reader.TokenType is JsonTokenType.StartArray) path.Push((at, 0));
                        if (reader.TokenType is JsonTokenType.StartArray) at += "/0";
                        else if (reader.TokenType is not JsonTokenType.StartObject) at = Next(path);
                        break;
                }
            }
        }
        catch (JsonException exception)
        {
            // Half-typed JSON is the usual case while somebody writes: what was read so far is placed.
            var line = (int)Math.Min(exception.LineNumber ?? 0, lineStarts.Length - 1);
            var offset = (int)Math.Min(lineStarts[line] + (exception.BytePositionInLine ?? 0), bytes.Length);
            var (number, column) = Position(offset);
            Broken = new TextRange(number, column, number, column + 1);
        }
    }

    /// <summary>After a value: the pointer of the next item when it stood in an array.</summary>
    private static string Next(Stack<(string Pointer, int Index)> path)
    {
        if (path.Count == 0 || path.Peek().Index < 0) return "";
        var (pointer, index) = path.Pop();
        path.Push((pointer, index + 1));
        return string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index + 1}");
    }

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private (int Line, int Column) Position(int offset)
    {
        var line = Array.BinarySearch(lineStarts, offset);
        if (line < 0) line = ~line - 1;
        return (line + 1, Encoding.UTF8.GetCharCount(bytes, lineStarts[line], offset - lineStarts[line]) + 1);
    }
}
