using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Scriban.Runtime;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>
/// The values an evaluation works with, and their way from and to JSON: null, bool, int, long, BigInteger, decimal, double, string,
/// ScriptArray, ScriptObject, DateTime (always UTC) and TimeSpan.
/// </summary>
internal static class ScriptValues
{
    // A decimal holds any 28 digits exactly, and some of 29; beyond that a number is read as what fits it better.
    private const int DecimalDigits = 28;
    private const int IntegerDigits = 4096;
    private const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public static object? FromJson(JsonElement element, Evaluation evaluation)
    {
        evaluation.ValueRead();
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new ScriptObject();
                foreach (var member in element.EnumerateObject())
                {
                    map[member.Name] = FromJson(member.Value, evaluation);
                }

                return map;
            case JsonValueKind.Array:
                var array = new ScriptArray(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                {
                    array.Add(FromJson(item, evaluation));
                }

                return array;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return Number(element);
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return null;
        }
    }

    private static object Number(JsonElement element)
    {
        if (element.TryGetInt32(out var small))
        {
            return small;
        }

        if (element.TryGetInt64(out var large))
        {
            return large;
        }

        var text = element.GetRawText();
        if (!text.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            return text.Length <= IntegerDigits
                ? BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                : throw TooManyDigits();
        }

        if (!text.AsSpan().ContainsAny('e', 'E') && element.TryGetDecimal(out var exact)
            && (text.Count(char.IsAsciiDigit) <= DecimalDigits || exact.ToString(CultureInfo.InvariantCulture) == text))
        {
            return exact;
        }

        var nearest = element.GetDouble();
        return double.IsFinite(nearest) ? nearest : throw new EvaluationFailure("template_error", "A number is too large to calculate with.");
    }

    /// <summary>What a value is written as where JSON is wanted.</summary>
    public static void Write(Utf8JsonWriter writer, object? value, Evaluation evaluation, int depth = 0)
    {
        if (depth > EngineJson.MaxDepth)
        {
            throw new EvaluationFailure("template_limit", $"The result is nested deeper than {EngineJson.MaxDepth}.");
        }

        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case ScriptArray array:
                writer.WriteStartArray();
                foreach (var item in array)
                {
                    Write(writer, item, evaluation, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case ScriptObject map:
                writer.WriteStartObject();
                foreach (var (name, item) in map)
                {
                    writer.WritePropertyName(name);
                    Write(writer, item, evaluation, depth + 1);
                }

                writer.WriteEndObject();
                break;
            default:
                var text = ToText(value, evaluation);
                if (ResultOf(value) is ExpressionResult.Integer or ExpressionResult.Number)
                {
                    writer.WriteRawValue(text!, skipInputValidation: true);
                }
                else
                {
                    writer.WriteStringValue(text);
                }

                break;
        }

        if (writer.BytesCommitted + writer.BytesPending > TemplateLimits.OutputLength)
        {
            throw new EvaluationFailure("template_output_limit", $"The result is larger than {TemplateLimits.OutputLength:N0} bytes.");
        }
    }

    /// <summary>What a value is written as in text: a string as it is, everything else as in JSON, nothing for null.</summary>
    public static string? ToText(object? value, Evaluation evaluation) => value switch
    {
        null or EmptyScriptObject => null,
        string text => text,
        bool truth => truth ? "true" : "false",
        double number => double.IsFinite(number) ? JsonNumber(number) : throw NotANumber(),
        float number => float.IsFinite(number) ? JsonNumber(double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)) : throw NotANumber(),
        DateTime date => date.ToString(DateFormat, CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        ScriptArray or ScriptObject => Json(value, evaluation),
        IScriptCustomFunction => throw new EvaluationFailure("template_error", "A function was used as a value."),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new EvaluationFailure("template_error", $"{Describe(value)} can not be written as text."),
    };

    public static string Json(object? value, Evaluation evaluation)
    {
        var buffer = JsonBuffer.Rent();
        try
        {
            using (var writer = new Utf8JsonWriter(buffer, JsonBuffer.Writing))
            {
                Write(writer, value, evaluation);
            }

            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
        finally
        {
            JsonBuffer.Return(buffer);
        }
    }

    /// <summary>Makes a value an evaluation can keep of what the library gave: lazy sequences are run now, and counted.</summary>
    public static object? Settle(object? value, Evaluation evaluation)
    {
        switch (value)
        {
            case string or ScriptArray or ScriptObject or IScriptCustomFunction:
                return value;
            case char letter:
                return letter.ToString();
            case BigInteger big when big.GetBitLength() > IntegerDigits * 4:
                throw TooManyDigits();
            case DateTime date:
                return date.Kind == DateTimeKind.Local ? date.ToUniversalTime() : DateTime.SpecifyKind(date, DateTimeKind.Utc);
            case IEnumerable sequence:
                var array = new ScriptArray();
                evaluation.EnterLoop();
                foreach (var item in sequence)
                {
                    evaluation.LoopStep();
                    array.Add(Settle(item, evaluation));
                }

                evaluation.LeaveLoop();
                return array;
            default:
                return value;
        }
    }

    public static ExpressionResult ResultOf(object? value) => value switch
    {
        string => ExpressionResult.String,
        bool => ExpressionResult.Boolean,
        int or long or BigInteger => ExpressionResult.Integer,
        decimal or double or float => ExpressionResult.Number,
        ScriptArray => ExpressionResult.Array,
        ScriptObject => ExpressionResult.Object,
        _ => ExpressionResult.Unknown,
    };

    public static JsonValueKind KindOf(object? value) => ResultOf(value) switch
    {
        ExpressionResult.String => JsonValueKind.String,
        ExpressionResult.Boolean => JsonValueKind.True,
        ExpressionResult.Integer or ExpressionResult.Number => JsonValueKind.Number,
        ExpressionResult.Array => JsonValueKind.Array,
        ExpressionResult.Object => JsonValueKind.Object,
        _ => value is null ? JsonValueKind.Null : JsonValueKind.String,
    };

    public static string Describe(object? value) => value switch
    {
        DateTime => "a date",
        TimeSpan => "a time span",
        IScriptCustomFunction => "a function",
        _ => ReferenceResolver.KindName(KindOf(value)),
    };

    // The shortest text that reads back the same, as JSON writes it.
    private static string JsonNumber(double number)
    {
        Span<byte> text = stackalloc byte[32];
        return System.Buffers.Text.Utf8Formatter.TryFormat(number, text, out var written)
            ? Encoding.ASCII.GetString(text[..written])
            : number.ToString("R", CultureInfo.InvariantCulture);
    }

    private static EvaluationFailure TooManyDigits() => new("template_limit", $"A number has more than {IntegerDigits:N0} digits.");

    private static EvaluationFailure NotANumber() => new("template_error", "The result is not a finite number.");
}
