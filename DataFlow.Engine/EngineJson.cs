using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DataFlow.Engine;

/// <summary>The one JSON dialect of the product: snake_case, strict reading, readable writing.</summary>
public static class EngineJson
{
    /// <summary>Deepest nesting accepted in anything a user sends; deeper is the problem <c>max_depth</c>.</summary>
    public const int MaxDepth = 64;

    /// <summary>Options for records of ours: unknown, duplicate and missing members are refused, enums are SNAKE_UPPER strings on the wire.</summary>
    /// <remarks>
    /// Relaxed escaping: the default writes six bytes for every <c>&lt;</c>, <c>&gt;</c>, quote and non-ASCII letter of a downloaded page.
    /// The result must never be pasted into HTML.
    /// </remarks>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Reader options for user documents; duplicates and depth are problems with a pointer, found by the reader itself.</summary>
    public static JsonDocumentOptions DocumentOptions { get; } = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>A JSON <c>null</c>.</summary>
    public static JsonElement Null { get; } = JsonElement.Parse("null"u8);

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerOptions.Strict)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            PropertyNameCaseInsensitive = false,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            AllowOutOfOrderMetadataProperties = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false));
        options.TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver();
        options.MakeReadOnly();
        return options;
    }
}
