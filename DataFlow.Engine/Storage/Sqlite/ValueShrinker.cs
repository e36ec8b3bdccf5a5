using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Takes what is large out of a value: text over <see cref="Threshold"/>, then whatever array or object is still over it, innermost first, so that a page or a
/// list is recognised wherever it is used again. In its place stands <c>{"$value":"hash"}</c>. A user's own name <c>$value</c> gets one more <c>$</c>.
/// </summary>
/// <remarks>All of it on the text as it stands, so that what is not taken out stays as it was, byte for byte.</remarks>
internal sealed class ValueShrinker(Func<byte[], bool> isKnown)
{
    public const int Threshold = 4_096;

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 1_000 };

    private readonly Dictionary<string, StoredValue> _taken = new(StringComparer.Ordinal);

    /// <summary>What was taken out so far.</summary>
    public IReadOnlyCollection<StoredValue> Taken => _taken.Values;

    /// <summary>What to write in the value's place; <c>null</c>: itself.</summary>
    public JsonElement? Shrink(JsonElement value)
    {
        var text = JsonMarshal.GetRawUtf8Value(value);
        if (text.Length <= Threshold && text.IndexOf(ValueMarker.NameEnd) < 0)
            return null;
        using var shrunk = new MemoryStream(Math.Min(text.Length, 4 * Threshold));
        Shrink(text, shrunk);
        return JsonElement.Parse(Written(shrunk), new JsonDocumentOptions { MaxDepth = s_options.MaxDepth });
    }

    private void Shrink(ReadOnlySpan<byte> text, MemoryStream output)
    {
        var reader = new Utf8JsonReader(text, s_options);
        var copied = 0;
        var starts = new Stack<long>();
        while (reader.Read())
        {
            var start = (int)reader.TokenStartIndex;
            var end = (int)reader.BytesConsumed;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    output.Write(text[copied..start]);
                    copied = start;
                    starts.Push(output.Length);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    output.Write(text[copied..end]);
                    copied = end;
                    TakeTail(output, starts.Pop());
                    break;
                case JsonTokenType.PropertyName when ValueMarker.IsName(reader.ValueSpan):
                    output.Write(text[copied..start]);
                    output.Write("\"$"u8);
                    copied = start + 1;
                    break;
                case JsonTokenType.String when reader.ValueSpan.Length > Threshold:
                    output.Write(text[copied..start]);
                    copied = end;
                    TakeText(ref reader, text[start..end], output);
                    break;
            }
        }
        output.Write(text[copied..]);
    }

    private void TakeTail(MemoryStream output, long start)
    {
        if (output.Length - start <= Threshold)
            return;
        var marker = Take(Written(output)[(int)start..], isText: false);
        output.SetLength(start);
        output.Write(marker);
    }

    private static ReadOnlySpan<byte> Written(MemoryStream output) => output.GetBuffer().AsSpan(0, (int)output.Length);

    private void TakeText(ref Utf8JsonReader reader, ReadOnlySpan<byte> quoted, MemoryStream output)
    {
        var plain = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            // Without its escapes: the same text is the same value however it was escaped.
            output.Write(Take(plain.AsSpan(0, reader.CopyString(plain)), isText: true));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no text, but it has to come back as it was.
            output.Write(Take(quoted, isText: false));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private byte[] Take(ReadOnlySpan<byte> content, bool isText)
    {
        var hash = StoredValue.HashOf(content, isText);
        var reference = StoredValue.Reference(hash);
        if (!_taken.ContainsKey(reference))
            _taken.Add(reference, isKnown(hash) ? new StoredValue(hash, 0, null) : StoredValue.Of(hash, content, isText));
        return Encoding.ASCII.GetBytes($"{{\"$value\":\"{reference}\"}}");
    }
}
