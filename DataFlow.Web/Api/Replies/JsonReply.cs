using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DataFlow.Web.Api.Replies;

/// <summary>Writes replies straight into the response's buffer, with their length, so that a small one leaves in one packet.</summary>
internal static class JsonReply
{
    public const string MediaType = "application/json";

    // Relaxed: replies carry the text of downloaded pages, and never stand inside HTML (nosniff holds browsers to the media type).
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? cached;

    /// <summary>Answers a record of the API.</summary>
    public static Task WriteAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type) =>
        WriteAsync(http, status, MediaType, (value, type), static (writer, reply) => JsonSerializer.Serialize(writer, reply.value, reply.type));

    /// <summary>Answers what <paramref name="write"/> writes. Not awaited anywhere inside, so the writer never leaves its thread.</summary>
    public static Task WriteAsync<TState>(HttpContext http, int status, string mediaType, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = Write(response.BodyWriter, state, write);
        return Task.CompletedTask;
    }

    /// <summary>Writes one JSON value and says how many bytes it took.</summary>
    public static long Write<TState>(IBufferWriter<byte> output, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var writer = cached ?? new Utf8JsonWriter(output, Options);
        cached = null;
        writer.Reset(output);
        write(writer, state);
        writer.Flush();
        var length = writer.BytesCommitted;
        cached = writer;
        return length;
    }
}
