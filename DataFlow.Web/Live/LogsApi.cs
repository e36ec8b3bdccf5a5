using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Live;

/// <summary>
/// What happened in an execution as lines for people: its events in words and what its tasks wrote, in the order of time. A reader that asks for
/// <c>text/event-stream</c> gets what tasks write, live, and how far they have come.
/// </summary>
internal static class LogsApi
{
    private const int MostLines = 1_000;
    private const int StandardLines = 100;

    public static void MapLogs(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        var stream = new LogStream(engine, api.ServiceProvider.GetRequiredService<ServerSentEvents>());
        api.MapGet("/executions/{execution_id:ex}/logs", http => Get(http, engine, stream)).Documented("getLogs", "Read the log of an execution", Note)
            .Takes(Parameter.ExecutionId, Parameter.OfTask, Parameter.LineLevel, Parameter.LineText, Parameter.LogCursor, Parameter.LineLimit, Parameter.LastLineId)
            .Answers<LogList>(200, "Lines, oldest first; or the stream.").AlsoAnswersEventStream("a LogLine, or of progress how far a task has come").Answers(204, "It has ended and the reader has seen every line of its tasks.").Refuses(400, 404);
    }

    private const string Note =
        "Events in words (number is null) and lines that tasks wrote (sequence is null), in the order of time. With Accept: text/event-stream the lines of tasks as they come, from the first: event line, id its number, "
        + "data as in the list; and event progress, without an id, the newest of each task. Last-Event-ID resumes without a gap or a repetition; the stream ends when the execution has ended. "
        + "Filters hold for both; cursor and limit for the list. Secrets are replaced by ***.";

    private static async Task Get(HttpContext http, WorkflowEngine engine, LogStream stream)
    {
        List<ProblemEntry>? problems = null;
        var seen = RequestHeaders.ReadLastEventId(http.Request.Headers, ref problems);
        var query = new QueryReader(http);
        var asked = new TaskLogQuery(http.Route("execution_id"), query.Text("task"), query.Level(), query.Text("text"));
        var (place, limit) = (LogPlace.Read(query.Cursor()), query.Limit(MostLines, StandardLines));
        if (place is null) (problems ??= []).Add(new ProblemEntry("invalid_cursor", "The cursor is not one that this list gave out. Begin without one.", Parameter: "cursor"));
        if (await query.RefusedAsync(problems)) return;
        if (WantsStream(http)) await stream.WriteAsync(http, asked, seen ?? 0);
        else await List(http, engine, asked, place!.Value, limit);
    }

    private static bool WantsStream(HttpContext http) => http.Request.Headers.Accept.ToString().Contains(ServerSentEvents.MediaType, StringComparison.OrdinalIgnoreCase);

    private static async Task List(HttpContext http, WorkflowEngine engine, TaskLogQuery query, LogPlace place, int limit)
    {
        // The lines first: an event that comes meanwhile is then behind them, not before.
        var lines = await engine.ListLogsAsync(query with { Cursor = place.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), Limit = limit }, http.RequestAborted);
        if (!lines.IsOk)
        {
            await ProblemReply.RefusedAsync(http, lines.Refusal);
            return;
        }
        var history = await engine.GetHistoryAsync(query.ExecutionId, http.RequestAborted);
        await http.AnswerAsync(history, StatusCodes.Status200OK, found => LogMerge.Page(found.Events, lines.Value, query, place, limit), ApiJson.Default.LogList);
    }
}
