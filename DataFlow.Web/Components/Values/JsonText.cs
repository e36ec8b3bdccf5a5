using System.Text.Encodings.Web;
using System.Text.Json;

namespace DataFlow.Web.Components.Values;

/// <summary>JSON as people read it. Razor encodes it again for HTML, so relaxed escaping is safe here.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Pretty(JsonElement value) => JsonSerializer.Serialize(value, Indented);

    public static string Compact(JsonElement value) => value.GetRawText() is var raw && raw.Contains('\n', StringComparison.Ordinal)
        ? JsonSerializer.Serialize(value, CompactOptions)
        : raw;

    private static readonly JsonSerializerOptions CompactOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A string is shown as the text it is; everything else as JSON.</summary>
    public static string Readable(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : Pretty(value);

    /// <summary>A text that came from outside: the JSON it is, or a string.</summary>
    public static JsonElement Parsed(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    /// <summary>What a value is, in few words: <c>text · 1.2 kB</c>, <c>list of 3</c>.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"text · {Size(value.GetString()!.Length)}",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        JsonValueKind.Array => $"list of {value.GetArrayLength()}",
        _ => $"{value.GetPropertyCount()} {(value.GetPropertyCount() == 1 ? "field" : "fields")}",
    };

    public static string Size(long characters) => characters switch
    {
        < 1_000 => $"{characters} chars",
        < 1_000_000 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{characters / 1_000d:0.#} k chars"),
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{characters / 1_000_000d:0.#} M chars"),
    };
}
