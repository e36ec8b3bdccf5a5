using System.IO.Pipelines;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Live;

/// <summary>The events of one execution as they happen, from where a reader left off to the end.</summary>
internal sealed class EventStream(WorkflowEngine engine, ServerSentEvents stream)
{
    public async Task WriteAsync(HttpContext http, int after)
    {
        using var ending = stream.EndOf(http);
        var answer = await engine.WatchAsync(http.Route("execution_id"), after, ending.Token);
        if (!answer.IsOk)
        {
            await ProblemReply.RefusedAsync(http, answer.Refusal);
            return;
        }
        var (snapshot, changes) = answer.Value;
        if (snapshot.IsFinished && snapshot.Sequence <= after)
        {
            // Tells a browser's EventSource that there is nothing to reconnect for.
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        var seen = after;
        await stream.WriteAsync(http.Response, changes, (output, change) => seen = Write(output, change, seen), ending.Token);
    }

    private static int Write(PipeWriter output, ExecutionChange change, int seen)
    {
        for (var i = 0; i < change.Events.Length; i++)
        {
            var sequence = change.FirstSequence + i;
            if (sequence <= seen) continue;
            var item = change.Events[i];
            ServerSentEvents.Write(output, sequence, ExecutionEventType.Of(item), (sequence, item), static (writer, state) => EventJson.Write(writer, state.sequence, state.item));
            seen = sequence;
        }
        return seen;
    }
}
