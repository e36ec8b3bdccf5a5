using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using DataFlow.Engine;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Live;

/// <summary>Server-sent events of one execution, from where a reader left off to the end.</summary>
internal sealed class EventStream(WorkflowEngine engine, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    public const string MediaType = "text/event-stream";

    /// <summary>Proxies drop connections that are silent for a minute or less.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public async Task WriteAsync(HttpContext http, int after)
    {
        // A stream must not hold up the stop of the server; the reader comes back with Last-Event-ID.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
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
        Open(http.Response);
        try
        {
            await PumpAsync(http.Response.BodyWriter, changes, after, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader left, or the server stops: either way the stream is over.
        }
    }

    private static void Open(HttpResponse response)
    {
        response.ContentType = MediaType;
        response.Headers["X-Accel-Buffering"] = "no";
    }

    private async Task PumpAsync(PipeWriter output, IAsyncEnumerable<ExecutionChange> changes, int seen, CancellationToken cancellationToken)
    {
        Comment(output, "open"u8);
        await output.FlushAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var reader = changes.GetAsyncEnumerator(stop.Token);
        while (true)
        {
            var next = reader.MoveNextAsync().AsTask();
            try
            {
                while (!await HasEndedAsync(next, cancellationToken))
                {
                    Comment(output, "heartbeat"u8);
                    await output.FlushAsync(cancellationToken);
                }
            }
            catch
            {
                // The reader has gone; an enumerator that is moving cannot be disposed.
                await stop.CancelAsync();
                await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                throw;
            }
            if (!await next) return;
            seen = Write(output, reader.Current, seen);
            await output.FlushAsync(cancellationToken);
        }
    }

    private async Task<bool> HasEndedAsync(Task next, CancellationToken cancellationToken)
    {
        if (next.IsCompleted) return true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var heartbeat = Task.Delay(Heartbeat, clock, stop.Token);
        var first = await Task.WhenAny(next, heartbeat);
        await stop.CancelAsync();
        // The request ended: let the enumerator see it too, so that it is not disposed while it moves.
        return first == next || cancellationToken.IsCancellationRequested;
    }

    private static int Write(PipeWriter output, ExecutionChange change, int seen)
    {
        for (var i = 0; i < change.Events.Length; i++)
        {
            var sequence = change.FirstSequence + i;
            if (sequence <= seen) continue;
            var item = change.Events[i];
            Encoding.UTF8.GetBytes($"id: {sequence}\nevent: {EventJson.Type(item)}\ndata: ", output);
            JsonReply.Write(output, (sequence, item), static (writer, state) => EventJson.Write(writer, state.sequence, state.item));
            output.Write("\n\n"u8);
            seen = sequence;
        }
        return seen;
    }

    private static void Comment(PipeWriter output, ReadOnlySpan<byte> text)
    {
        output.Write(": "u8);
        output.Write(text);
        output.Write("\n\n"u8);
    }
}
