using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;
using DataFlow.Web.Api.Requests;

namespace DataFlow.Web.Live;

/// <summary>
/// The journal of an execution: as server-sent events while it grows, or as a JSON list. A reader that asks for <c>application/json</c> and not for
/// <c>text/event-stream</c> gets the list; everyone else, a plain <c>curl</c> too, gets the stream.
/// </summary>
internal static class EventsApi
{
    private const int MostEvents = 1_000;
    private const int StandardEvents = 100;

    public static void MapEvents(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        var stream = new EventStream(engine, api.ServiceProvider.GetRequiredService<ServerSentEvents>());
        api.MapGet("/executions/{execution_id:ex}/events", http => Get(http, engine, stream)).Documented("getEvents", "Follow an execution", EventsNote)
            .Takes(Parameter.ExecutionId, Parameter.LastEventId, Parameter.EventCursor, Parameter.EventLimit)
            .Answers<EventListShape>(200, "The stream, or with Accept: application/json a list.").AlsoAnswersEventStream("an Event").Answers(204, "It has ended and the reader has seen everything.").Refuses(400, 404);
    }

    private const string EventsNote =
        "Server-sent events: id is the event's sequence, event its type, data the event. Last-Event-ID (or cursor) resumes without a gap or a repetition; a comment every 15 seconds keeps the connection open; "
        + "the stream ends when the execution has ended.";

    private static async Task Get(HttpContext http, WorkflowEngine engine, EventStream stream)
    {
        List<ProblemEntry>? problems = null;
        var seen = RequestHeaders.ReadLastEventId(http.Request.Headers, ref problems);
        var query = new QueryReader(http);
        var (cursor, limit) = (query.Sequence(), query.Limit(MostEvents, StandardEvents));
        if (await query.RefusedAsync(problems)) return;
        var after = seen ?? cursor ?? 0;
        if (WantsList(http)) await List(http, engine, after, limit);
        else await stream.WriteAsync(http, after);
    }

    private static bool WantsList(HttpContext http)
    {
        var accept = http.Request.Headers.Accept.ToString();
        return accept.Contains(JsonReply.MediaType, StringComparison.OrdinalIgnoreCase) && !accept.Contains(ServerSentEvents.MediaType, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task List(HttpContext http, WorkflowEngine engine, int after, int limit)
    {
        var answer = await engine.GetHistoryAsync(http.Route("execution_id"), http.RequestAborted);
        if (!answer.IsOk)
        {
            await ProblemReply.RefusedAsync(http, answer.Refusal);
            return;
        }
        await JsonReply.WriteAsync(http, StatusCodes.Status200OK, JsonReply.MediaType, (events: answer.Value.Events, after, limit), static (writer, state) =>
        {
            var (from, to) = Page(state.events, state.after, state.limit);
            writer.WriteStartObject();
            writer.WriteStartArray("events"u8);
            for (var i = from; i < to; i++) EventJson.Write(writer, i + 1, state.events[i]);
            writer.WriteEndArray();
            writer.WriteString("next_cursor"u8, Next(state.events, to));
            writer.WriteEndObject();
        });
    }

    private static (int From, int To) Page(ImmutableArray<ExecutionEvent> events, int after, int limit)
    {
        var from = Math.Min(after, events.Length);
        return (from, from + Math.Min(limit, events.Length - from));
    }

    private static string? Next(ImmutableArray<ExecutionEvent> events, int to) => to < events.Length ? to.ToString(CultureInfo.InvariantCulture) : null;
}
