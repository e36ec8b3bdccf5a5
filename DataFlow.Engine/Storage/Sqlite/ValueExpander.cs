using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Puts stored values back; the reverse of <see cref="ValueShrinker"/>.</summary>
internal sealed class ValueExpander(Func<byte[], byte[]> readJson)
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 1_000 };

    private readonly Dictionary<string, JsonElement> _read = new(StringComparer.Ordinal);

    public JsonElement? Expand(JsonElement value)
    {
        var text = JsonMarshal.GetRawUtf8Value(value);
        if (text.IndexOf(ValueMarker.NameEnd) < 0)
            return null;
        // A value that is nothing but a reference is parsed once, however many events refer to it.
        if (Reference(value) is { } reference)
            return ReadElement(reference);
        var expanded = new ArrayBufferWriter<byte>(text.Length * 2);
        Expand(text, expanded);
        return Parse(expanded);
    }

    private JsonElement ReadElement(string reference)
    {
        if (!_read.TryGetValue(reference, out var element))
            _read.Add(reference, element = Parse(ReadExpanded(reference)));
        return element;
    }

    private ArrayBufferWriter<byte> ReadExpanded(string reference)
    {
        var json = readJson(Base64Url.DecodeFromChars(reference));
        var expanded = new ArrayBufferWriter<byte>(json.Length + 1);
        Expand(json, expanded);
        return expanded;
    }

    private void Expand(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> output)
    {
        if (text.IndexOf(ValueMarker.NameEnd) < 0)
        {
            output.Write(text);
            return;
        }
        var reader = new Utf8JsonReader(text, s_options);
        var copied = 0;
        var objectStart = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                objectStart = (int)reader.TokenStartIndex;
            if (reader.TokenType != JsonTokenType.PropertyName || !ValueMarker.IsName(reader.ValueSpan))
                continue;
            if (reader.ValueSpan.Length > 6)
            {
                var name = (int)reader.TokenStartIndex + 1;
                output.Write(text[copied..name]);
                copied = name + 1;
                continue;
            }
            output.Write(text[copied..objectStart]);
            reader.Read();
            output.Write(JsonMarshal.GetRawUtf8Value(ReadElement(reader.GetString()!)));
            reader.Read();
            copied = (int)reader.BytesConsumed;
        }
        output.Write(text[copied..]);
    }

    private static string? Reference(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 1 && value.TryGetProperty("$value"u8, out var reference)
            && ValueMarker.IsName(JsonMarshal.GetRawUtf8PropertyName(value.EnumerateObject().First()))
            ? reference.GetString()
            : null;

    private static JsonElement Parse(ArrayBufferWriter<byte> json) => JsonElement.Parse(json.WrittenSpan, new JsonDocumentOptions { MaxDepth = s_options.MaxDepth });
}
