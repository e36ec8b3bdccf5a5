using System.Buffers;
using System.IO.Pipelines;
using DataFlow.Web.Api.Replies;
using Microsoft.Net.Http.Headers;

namespace DataFlow.Web.Api.Requests;

/// <summary>Reads JSON bodies: media type, encoding and size are checked here, and what is refused is answered here.</summary>
internal static class RequestBody
{
    /// <summary>The most a body may have.</summary>
    public const int MaxBytes = 1_048_576;

    /// <summary>The whole body in memory of its own, for documents that are kept. <c>null</c>: refused and answered.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadDocumentAsync(HttpContext http)
    {
        if (!await AcceptsAsync(http)) return null;
        var reader = http.Request.BodyReader;
        if (await ReadToEndAsync(http, reader) is not { } body) return null;
        var document = body.ToArray();
        reader.AdvanceTo(body.End);
        return document;
    }

    /// <summary>
    /// Hands the whole body to <paramref name="read"/> where it lies, without a copy when it came in one piece; the memory is not to be kept.
    /// <c>null</c>: refused and answered.
    /// </summary>
    public static async ValueTask<T?> ReadAsync<T>(HttpContext http, Func<ReadOnlyMemory<byte>, T> read)
        where T : class
    {
        if (!await AcceptsAsync(http)) return null;
        var reader = http.Request.BodyReader;
        if (await ReadToEndAsync(http, reader) is not { } body) return null;
        try
        {
            if (body.IsSingleSegment) return read(body.First);
            var length = (int)body.Length;
            var rented = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                body.CopyTo(rented);
                return read(rented.AsMemory(0, length));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
        finally
        {
            reader.AdvanceTo(body.End);
        }
    }

    private static async ValueTask<ReadOnlySequence<byte>?> ReadToEndAsync(HttpContext http, PipeReader reader)
    {
        if (http.Request.ContentLength > MaxBytes)
        {
            await TooLargeAsync(http);
            return null;
        }
        while (true)
        {
            var result = await reader.ReadAsync(http.RequestAborted);
            if (result.Buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(result.Buffer.End);
                await TooLargeAsync(http);
                return null;
            }
            if (result.IsCompleted) return result.Buffer;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>413, and the connection is closed: what else is on its way is not worth reading.</summary>
    public static Task TooLargeAsync(HttpContext http)
    {
        http.Response.Headers.Connection = "close";
        return ProblemReply.WriteAsync(http, new ProblemAnswer(ProblemKind.PayloadTooLarge) { MaxBytes = MaxBytes });
    }

    private static async ValueTask<bool> AcceptsAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.Headers.ContentEncoding is { Count: > 0 } encodings && !IsIdentity(encodings.ToString()))
        {
            await UnsupportedAsync(http, "Bodies are taken as they are: send it without Content-Encoding.");
            return false;
        }
        if (IsJson(request.ContentType, HasBody(request))) return true;
        await UnsupportedAsync(http, null);
        return false;
    }

    private static bool HasBody(HttpRequest request) => request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0;

    private static bool IsIdentity(string encoding) => string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string? contentType, bool hasBody)
    {
        if (contentType == JsonReply.MediaType) return true;
        if (string.IsNullOrEmpty(contentType)) return !hasBody;
        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals(JsonReply.MediaType, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
    }

    private static Task UnsupportedAsync(HttpContext http, string? detail)
    {
        http.Response.Headers["Accept-Post"] = JsonReply.MediaType;
        return ProblemReply.WriteAsync(http, ProblemKind.UnsupportedMediaType, detail);
    }
}
