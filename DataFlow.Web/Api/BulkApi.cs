using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>Many executions cancelled, replayed or deleted by one request.</summary>
internal static class BulkApi
{
    public static void MapBulk(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapPost("/executions/cancel", http => Change(http, engine, BulkAction.Cancel)).Documented("cancelExecutions", "Cancel many executions", $"By ids or filter. {Note} A filter finds only those that have not ended.")
            .TakesBody<BulkBody>(required: true).Answers<BulkReply>(200, "What was cancelled.").Refuses(400, 404, 413, 415);
        api.MapPost("/executions/replay", http => Change(http, engine, BulkAction.Replay)).Documented("replayExecutions", "Replay many executions", $"By ids or filter. {Note} A filter finds only those that have ended. With an Idempotency-Key, asking again replays none a second time.")
            .Takes(Parameter.IdempotencyKey, Parameter.OpenAIKey).TakesBody<BulkReplayBody>(required: true).Answers<BulkReply>(200, "What was replayed.").Refuses(400, 404, 413, 415);
        api.MapPost("/executions/delete", http => Change(http, engine, BulkAction.Delete)).Documented("deleteExecutions", "Delete many executions that have ended", $"By ids or filter. {Note} A filter finds only those that have ended.")
            .TakesBody<BulkBody>(required: true).Answers<BulkReply>(200, "What was deleted.").Refuses(400, 404, 413, 415);
    }

    private const string Note = "Each is changed as the operation on one does it, and committed before it is counted. A caller that leaves stops it; what was changed stays so.";

    private const string Which = "name the executions by 'ids', or by 'filter' ({} is all of them).";

    private static async Task Change(HttpContext http, WorkflowEngine engine, BulkAction action)
    {
        List<ProblemEntry>? headers = null;
        var replays = action == BulkAction.Replay;
        var key = replays ? RequestHeaders.ReadIdempotencyKey(http.Request.Headers, ref headers) : null;
        var credentials = replays ? RequestHeaders.ReadCredentials(http.Request.Headers, ref headers) : ImmutableDictionary<string, string>.Empty;
        if (await RequestBody.ReadAsync(http, json => replays
                ? BodyObject.Read(json, "ids", "filter", "limit", "cursor", "dry_run", "from")
                : BodyObject.Read(json, "ids", "filter", "limit", "cursor", "dry_run")) is not { } body) return;
        var request = RequestOf(body, action) with { IdempotencyKey = key, Credentials = credentials, FromStart = replays && body.Choice("from", "failed", "start") == "start" };
        if (await body.RefusedAsync(http, headers)) return;
        var answer = await engine.BulkAsync(request, http.RequestAborted);
        // Here the cursor stands in the body.
        if (answer.Refusal is { Code: "invalid_cursor" } refusal) await ProblemReply.InvalidAsync(http, [new ProblemEntry(refusal.Code, refusal.Detail, Pointer: "#/cursor")]);
        else await http.AnswerAsync(answer, StatusCodes.Status200OK, ReplyOf, ApiJson.Default.BulkReply);
    }

    private static BulkRequest RequestOf(BodyObject body, BulkAction action)
    {
        var (ids, limit, cursor, dryRun) = (body.Texts("ids"), body.Whole("limit", 1, BulkRequest.Most), body.Text("cursor"), body.Flag("dry_run"));
        var (hasIds, hasFilter) = (body.Any("ids") is not null, body.Any("filter") is not null);
        if (ids is { IsEmpty: true }) body.Refuse("ids", "min_items", "Name at least one execution.");
        if (ids is { Length: > BulkRequest.Most }) body.Refuse("ids", "max_items", $"At most {BulkRequest.Most} executions can be named at once.");
        if (hasIds && hasFilter) body.Refuse("filter", "contradiction", "Either 'ids' or 'filter' says which executions, not both.");
        if (!hasIds && !hasFilter && body.IsReadable) body.Require("filter", Which);
        if (body.Any("cursor") is not null && !hasFilter) body.Refuse("cursor", "not_applicable", "A cursor goes on with a filter; ids need none.");
        return new BulkRequest(action) { Ids = ids ?? [], Filter = FilterOf(body)?.With(cursor), Limit = limit ?? BulkRequest.Most, DryRun = dryRun is true };
    }

    private static ExecutionQuery With(this ExecutionQuery query, string? cursor) => query with { Cursor = cursor };

    private static ExecutionQuery? FilterOf(BodyObject body)
    {
        if (body.Inner("filter", "workflow_id", "status", "label", "text", "created_from", "created_to") is not { } filter) return null;
        return new ExecutionQuery(
            WorkflowId: filter.SearchText("workflow_id"), Statuses: StatusesOf(filter), CreatedFrom: filter.Time("created_from"), CreatedTo: filter.Time("created_to"),
            Label: filter.SearchText("label"), Text: filter.SearchText("text"));
    }

    private static ImmutableArray<ExecutionStatus> StatusesOf(BodyObject filter)
    {
        if (filter.Texts("status") is not { } words) return [];
        if (words.IsEmpty) filter.Refuse("status", "min_items", "Name at least one status, or leave it out.");
        var statuses = ImmutableArray.CreateBuilder<ExecutionStatus>();
        for (var i = 0; i < words.Length; i++)
        {
            if (QueryReader.TryReadStatus(words[i]) is { } status) statuses.Add(status);
            else filter.Refuse("status", "enum", $"Allowed are {QueryReader.StatusWords}.", i);
        }
        return statuses.ToImmutable();
    }

    private static BulkReply ReplyOf(BulkResult result) => new(
        result.Matched, result.Changed, [.. result.Refused.Select(refused => new BulkRefused(refused.ExecutionId, refused.Code, refused.Detail))], result.More, result.NextCursor);
}
