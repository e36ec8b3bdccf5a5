using DataFlow.Engine;
using DataFlow.Engine.Storage.Retention;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Api;

/// <summary>What is stored, and what goes.</summary>
internal static class StorageApi
{
    public static void MapStorage(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        api.MapGet("/storage", http => Get(http, engine)).Documented("getStorage", "What is stored", "Sizes, limits, and what retention last removed.")
            .Answers<StorageReply>(200, "As it was a few seconds ago at most.");
        api.MapPost("/storage/prune", http => Prune(http, engine)).Documented("pruneStorage", "Apply the limits now", "Removes what is over the limits, oldest first, in small steps, and gives the space back. Answers when it is done; a caller that leaves stops it.")
            .Answers<PruneReply>(200, "What was removed.").Refuses(400, 415, 503);
        api.MapDelete("/executions/{execution_id:ex}", http => Delete(http, engine)).Documented("deleteExecution", "Delete an execution that has ended", "Its journal, logs and webhook deliveries go with it. An execution that replays it keeps the link.")
            .Takes(Parameter.ExecutionId).Answers(204, "Deleted.").Refuses(404, 409, 503);
    }

    private static async Task Get(HttpContext http, WorkflowEngine engine)
    {
        var report = await engine.GetStorageAsync(http.RequestAborted);
        var (sizes, limits) = (report.Sizes, report.Limits);
        var reply = new StorageReply(
            sizes.DatabaseBytes, sizes.LogBytes, sizes.FreeBytes, [.. sizes.Kinds.Select(kind => new StorageKind(kind.Kind, kind.Rows, kind.Bytes))],
            [.. sizes.Workflows.Select(workflow => new StorageWorkflow(workflow.WorkflowId, workflow.Name, workflow.Executions, workflow.JournalBytes))], sizes.OldestAt,
            new StorageLimits(limits.MaxAgeDays, limits.FailedMaxAgeDays, limits.MaxExecutions, limits.MaxExecutionsPerWorkflow, limits.MaxMegabytes),
            report.Last is { } last ? Reply(last) : null, report.NextAt, report.RemovedSinceStart, report.ReadAt);
        await JsonReply.WriteAsync(http, StatusCodes.Status200OK, reply, ApiJson.Default.StorageReply);
    }

    private static async Task Prune(HttpContext http, WorkflowEngine engine)
    {
        if (await RequestBody.ReadAsync(http, static json => BodyObject.Read(json)) is not { } body) return;
        if (await body.RefusedAsync(http, headers: null)) return;
        await http.AnswerAsync(await engine.PruneStorageAsync(http.RequestAborted), StatusCodes.Status200OK, Reply, ApiJson.Default.PruneReply);
    }

    private static async Task Delete(HttpContext http, WorkflowEngine engine)
    {
        var answer = await engine.DeleteExecutionAsync(http.Route("execution_id"), http.RequestAborted);
        if (answer.IsOk) http.Response.StatusCode = StatusCodes.Status204NoContent;
        else await ProblemReply.RefusedAsync(http, answer.Refusal);
    }

    private static PruneReply Reply(RetentionRun run) => new(run.At, (long)run.Duration.TotalMilliseconds, run.Removed, run.Held, run.FreedBytes);
}
