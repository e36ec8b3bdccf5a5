using System.Globalization;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>Starting executions: the busiest operation, so nothing is bound, logged or copied that need not be.</summary>
internal static class ExecuteApi
{
    public static void MapExecute(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapPost("/workflows/{workflow_id:wf}/execute", http => Execute(http, engine)).Documented("executeWorkflow", "Execute a workflow", ExecuteNote).DocumentedExecute();
        api.MapPost("/workflows/{workflow_id:wf}/executions", http => Execute(http, engine)).Documented("createExecution", "Execute a workflow (second path)", ExecuteNote).DocumentedExecute();
    }

    private const string ExecuteNote = "The input is checked, the execution committed, then answered; it runs whatever becomes of the caller.";

    private static IEndpointConventionBuilder DocumentedExecute(this IEndpointConventionBuilder endpoint) => endpoint
        .Takes(Parameter.WorkflowId, Parameter.IdempotencyKey, Parameter.Prefer, Parameter.OpenAIKey, Parameter.Include).TakesBody<ExecuteBody>(required: false)
        .Answers<ExecutionAcceptedReply>(202, "Accepted and committed. With Prefer: wait and not ended in time: the execution document.", "Location", "Preference-Applied")
        .Answers<ExecutionShape>(200, "With Prefer: wait, it has ended.", "Location", "Preference-Applied").Refuses(400, 404, 409, 413, 415, 422, 429, 503);

    private static async Task Execute(HttpContext http, WorkflowEngine engine)
    {
        var headers = http.Request.Headers;
        List<ProblemEntry>? problems = null;
        var key = RequestHeaders.ReadIdempotencyKey(headers, ref problems);
        var wait = RequestHeaders.ReadWait(headers, ref problems);
        var credentials = RequestHeaders.ReadCredentials(headers, ref problems);
        if (await IncludeAsync(http) is not { } parts) return;
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json, "input", "webhook_url")) is not { } body) return;
        var (input, webhook) = (body.Object("input"), body.Text("webhook_url"));
        var request = new ExecuteRequest { WorkflowId = http.Route("workflow_id"), Input = input, WebhookUrl = webhook, IdempotencyKey = key, Credentials = credentials, Trace = RequestHeaders.ReadTrace(headers) };
        if (body.HasProblems || problems is not null)
        {
            // Everything is told at once: what is wrong with the shape, and with the values as far as they can be read.
            var inner = body.IsReadable ? await engine.CheckAsync(request, checksInput: input is not null || body.Any("input") is null, http.RequestAborted) : [];
            await body.RefuseAsync(http, problems, ProblemReply.Entries(inner));
            return;
        }
        if (wait == 0) await AcceptedAsync(http, await engine.ExecuteAsync(request, http.RequestAborted), replayOf: null);
        else await WaitedAsync(http, await engine.ExecuteAndWaitAsync(request, TimeSpan.FromSeconds(wait), Stopping(http), http.RequestAborted), wait, parts);
    }

    /// <summary>Nobody waits for the end of an execution while the server stops: it is answered as it stands.</summary>
    public static CancellationToken Stopping(HttpContext http) => http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Which parts of the document are asked for; <c>null</c>: refused and answered.</summary>
    public static async ValueTask<DocumentParts?> IncludeAsync(HttpContext http)
    {
        if (!http.Request.QueryString.HasValue) return DocumentParts.None;
        var query = new QueryReader(http);
        var parts = query.Include();
        return await query.RefusedAsync() ? null : parts;
    }

    /// <summary>Answers the document after <c>Prefer: wait</c>.</summary>
    public static Task WaitedAsync(HttpContext http, Answer<Execution> answer, int wait, DocumentParts parts)
    {
        if (!answer.IsOk) return ProblemReply.RefusedAsync(http, answer.Refusal);
        http.Response.Headers.Location = Location(answer.Value.WorkflowId, answer.Value.Id);
        http.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={wait}");
        return ExecutionsApi.DocumentAsync(http, answer, parts, ExecutionsApi.EndedOrNot);
    }

    /// <summary>Answers that an execution was accepted.</summary>
    public static Task AcceptedAsync(HttpContext http, Answer<ExecutionAccepted> answer, string? replayOf)
    {
        if (!answer.IsOk) return ProblemReply.RefusedAsync(http, answer.Refusal);
        http.Response.Headers.Location = Location(answer.Value.WorkflowId, answer.Value.ExecutionId);
        return JsonReply.WriteAsync(http, StatusCodes.Status202Accepted, JsonReply.MediaType, (accepted: answer.Value, replayOf), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteString("workflow_id"u8, state.accepted.WorkflowId);
            writer.WriteNumber("workflow_version"u8, state.accepted.WorkflowVersion);
            writer.WriteString("execution_id"u8, state.accepted.ExecutionId);
            writer.WriteString("status"u8, "PENDING"u8);
            if (state.replayOf is { } original) writer.WriteString("replay_of"u8, original);
            writer.WriteEndObject();
        });
    }

    private static string Location(string workflowId, string executionId) => $"/workflows/{workflowId}/executions/{executionId}";
}
