using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>Replays, and what they would do.</summary>
internal static class ReplayApi
{
    public static void MapReplay(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapPost("/executions/{execution_id:ex}/replay", http => Replay(http, engine)).Documented("replayExecution", "Replay an execution", "Makes a new, linked execution; what ended before is taken over, not run again.")
            .Takes(Parameter.ExecutionId, Parameter.OpenAIKey, Parameter.Prefer, Parameter.Include).TakesBody<ReplayBody>(required: false)
            .Answers<ReplayAcceptedReply>(202, "Accepted and committed.", "Location").Answers<ExecutionShape>(200, "With Prefer: wait, it has ended.", "Location", "Preference-Applied").Refuses(400, 404, 409, 413, 415, 429, 503);
        api.MapPost("/executions/{execution_id:ex}/replay/preview", http => Preview(http, engine)).Documented("previewReplay", "See what a replay would do", "Which tasks would run again and why, and which are taken over. Takes what replay takes, refuses what replay refuses, makes nothing.")
            .Takes(Parameter.ExecutionId, Parameter.OpenAIKey).TakesBody<ReplayBody>(required: false)
            .Answers<ReplayPreviewReply>(200, "What it would do.").Refuses(400, 404, 409, 413, 415);
    }

    private static async Task Replay(HttpContext http, WorkflowEngine engine)
    {
        List<ProblemEntry>? problems = null;
        var wait = RequestHeaders.ReadWait(http.Request.Headers, ref problems);
        if (await ExecuteApi.IncludeAsync(http) is not { } parts) return;
        if (await RequestAsync(http, problems) is not { } request) return;
        var answer = await engine.ReplayAsync(request, http.RequestAborted);
        if (wait == 0 || !answer.IsOk) await ExecuteApi.AcceptedAsync(http, answer, request.ExecutionId);
        else await ExecuteApi.WaitedAsync(http, await engine.WaitAsync(answer.Value.ExecutionId, TimeSpan.FromSeconds(wait), ExecuteApi.Stopping(http), http.RequestAborted), wait, parts);
    }

    private static async Task Preview(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestAsync(http, problems: null) is not { } request) return;
        var answer = await engine.PreviewReplayAsync(request, http.RequestAborted);
        await http.AnswerAsync(answer, StatusCodes.Status200OK, preview => ReplyOf(preview, request.ExecutionId), ApiJson.Default.ReplayPreviewReply);
    }

    private static async Task<ReplayRequest?> RequestAsync(HttpContext http, List<ProblemEntry>? problems)
    {
        var credentials = RequestHeaders.ReadCredentials(http.Request.Headers, ref problems);
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json, "from", "version", "input")) is not { } body) return null;
        var (from, version, input) = (body.Text("from"), body.Choice("version", "same", "latest"), body.Object("input"));
        return await body.RefusedAsync(http, problems) ? null : new ReplayRequest(http.Route("execution_id"), from, version == "latest", input, credentials);
    }

    private static ReplayPreviewReply ReplyOf(ReplayPreview preview, string replayOf) => new(
        preview.WorkflowId, preview.WorkflowVersion, replayOf, [.. preview.Tasks.Select(task => new ReplayPreviewTask(task.Ref, task.Type, task.Again is null, task.Again is { } reason ? Word(reason) : null))]);

    private static string Word(ReplayReason reason) => reason switch
    {
        ReplayReason.Chosen => "chosen",
        ReplayReason.NotEnded => "not_ended",
        ReplayReason.New => "new",
        ReplayReason.Changed => "changed",
        ReplayReason.After => "after",
        _ => "all",
    };
}
