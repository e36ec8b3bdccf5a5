using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DataFlow.Engine.Templates;

/// <summary>A piece of mixed text: letters, already escaped as inside a JSON string, or an expression.</summary>
internal readonly record struct TextPart(ReadOnlyMemory<byte> Letters, DirectExpression? Expression);

/// <summary>
/// Text mixed with direct expressions. Works on JSON's own bytes: a referenced string is copied escaped as it stands, never decoded and encoded again.
/// </summary>
internal sealed class TextNode(string pointer, ImmutableArray<TextPart> parts) : TemplateNode
{
    // No letter takes more bytes than \u0000: beyond this the text is too long however it is written.
    private const int MostBytes = TemplateLimits.OutputLength * 6;

    public static TextPart Letters(string text) => new(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray(), null);

    public override void Write(Utf8JsonWriter writer, ITemplateScope scope)
    {
        var buffer = JsonBuffer.Rent();
        try
        {
            Compose(buffer, scope);
            writer.WriteRawValue(buffer.WrittenSpan, skipInputValidation: true);
        }
        finally
        {
            JsonBuffer.Return(buffer);
        }
    }

    public override JsonElement Render(ITemplateScope scope)
    {
        var buffer = JsonBuffer.Rent();
        try
        {
            Compose(buffer, scope);
            return JsonBuffer.Parse(buffer.WrittenSpan);
        }
        finally
        {
            JsonBuffer.Return(buffer);
        }
    }

    private void Compose(ArrayBufferWriter<byte> buffer, ITemplateScope scope)
    {
        try
        {
            buffer.Write("\""u8);
            foreach (var part in parts)
            {
                if (part.Expression is null)
                {
                    buffer.Write(part.Letters.Span);
                }
                else
                {
                    Append(buffer, part.Expression.Evaluate(scope));
                }

                ThrowIfTooLong(buffer.WrittenCount > MostBytes);
            }

            buffer.Write("\""u8);
            ThrowIfTooLong(buffer.WrittenCount > TemplateLimits.OutputLength && JsonBuffer.Parse(buffer.WrittenSpan).GetString()!.Length > TemplateLimits.OutputLength);
        }
        catch (EvaluationFailure failure)
        {
            throw new TemplateRenderException(new TemplateFault(pointer, failure.Code, failure.Message));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: valid JSON, but no text.
            throw new TemplateRenderException(new TemplateFault(pointer, "template_error", "A value in this text is not valid Unicode."));
        }
    }

    private static void Append(ArrayBufferWriter<byte> buffer, JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                buffer.Write(raw[1..^1]);
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                ThrowIfTooLong(raw.Length > MostBytes);
                buffer.Write(JsonEncodedText.Encode(Compact(value), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
                break;
            case JsonValueKind.Null:
                break;
            default:
                buffer.Write(raw);
                break;
        }
    }

    private static ReadOnlySpan<byte> Compact(JsonElement value)
    {
        var compact = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(compact, JsonBuffer.Writing))
        {
            value.WriteTo(writer);
        }

        return compact.WrittenSpan;
    }

    private static void ThrowIfTooLong(bool tooLong)
    {
        if (tooLong)
        {
            throw new EvaluationFailure("template_output_limit", $"The text is longer than {TemplateLimits.OutputLength:N0} characters.");
        }
    }
}
