using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Hosting;

/// <summary>Whatever goes wrong becomes a problem: exceptions without their details, logged once, and replies that others left empty.</summary>
internal sealed partial class ErrorReplies(RequestDelegate next, ILogger<ErrorReplies> log)
{
    public async Task Invoke(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has left; nobody reads a reply. What was accepted goes on.
            return;
        }
        catch (Exception exception)
        {
            await AnswerAsync(http, exception);
            return;
        }
        if (http.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null } response && KindOf(response.StatusCode) is { } kind)
            await ProblemReply.WriteAsync(http, kind);
    }

    private Task AnswerAsync(HttpContext http, Exception exception)
    {
        if (exception is not (BadHttpRequestException or InvalidCursorException))
        {
            if (exception is StorageUnavailableException) StorageUnavailable(exception.Message, http.TraceIdentifier);
            else Unhandled(exception, http.Request.Method, Echo.Of(http.Request.Path.ToString()), http.TraceIdentifier);
        }
        if (http.Response.HasStarted)
        {
            // Half a reply must not look like a whole one.
            http.Abort();
            return Task.CompletedTask;
        }
        http.Response.Headers.ContentLength = null;
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }: return RequestBody.TooLargeAsync(http);
            case BadHttpRequestException bad: return ProblemReply.WriteAsync(http, KindOf(bad.StatusCode) ?? ProblemKind.BadRequest);
            case InvalidCursorException cursor: return ProblemReply.InvalidAsync(http, [new ProblemEntry("invalid_cursor", cursor.Message, Parameter: "cursor")]);
            case StorageUnavailableException: return ProblemReply.WriteAsync(http, ProblemKind.StorageUnavailable);
            default: return ProblemReply.WriteAsync(http, ProblemKind.Internal);
        }
    }

    private static ProblemKind? KindOf(int status) => status switch
    {
        400 => ProblemKind.BadRequest,
        404 => ProblemKind.NotFound,
        405 => ProblemKind.MethodNotAllowed,
        408 => ProblemKind.RequestTimeout,
        415 => ProblemKind.UnsupportedMediaType,
        >= 500 => ProblemKind.Internal,
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed (trace_id {TraceId}).")]
    private partial void Unhandled(Exception exception, string method, string path, string traceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store cannot write: {Reason} (trace_id {TraceId})")]
    private partial void StorageUnavailable(string reason, string traceId);
}
