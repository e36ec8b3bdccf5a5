using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Live;

/// <summary>Writes what comes as server-sent events until it ends, the reader leaves or the server stops.</summary>
internal sealed class ServerSentEvents(TimeProvider clock, IHostApplicationLifetime lifetime)
{
    public const string MediaType = "text/event-stream";

    /// <summary>Proxies drop connections that are silent for a minute or less.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>A stream must not hold up the stop of the server; the reader comes back with Last-Event-ID.</summary>
    public CancellationTokenSource EndOf(HttpContext http) => CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);

    /// <param name="response">Nothing has been written to it.</param>
    /// <param name="items">What comes; asked for with a token that ends when <paramref name="ending"/> does.</param>
    /// <param name="write">Writes one of them.</param>
    /// <param name="ending">From <see cref="EndOf"/>.</param>
    public async Task WriteAsync<T>(HttpResponse response, IAsyncEnumerable<T> items, Action<PipeWriter, T> write, CancellationToken ending)
    {
        response.ContentType = MediaType;
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await PumpAsync(response.BodyWriter, items, write, ending);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader left, or the server stops: either way the stream is over.
        }
    }

    /// <summary>One event.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">What the reader comes back with; <c>null</c>: it does not count.</param>
    /// <param name="type">Its name.</param>
    /// <param name="state">For <paramref name="data"/>.</param>
    /// <param name="data">Writes one JSON value.</param>
    public static void Write<TState>(PipeWriter output, int? id, string type, TState state, Action<Utf8JsonWriter, TState> data)
    {
        if (id is not null) Encoding.UTF8.GetBytes($"id: {id}\n", output);
        Encoding.UTF8.GetBytes($"event: {type}\ndata: ", output);
        JsonReply.Write(output, state, data);
        output.Write("\n\n"u8);
    }

    private async Task PumpAsync<T>(PipeWriter output, IAsyncEnumerable<T> items, Action<PipeWriter, T> write, CancellationToken cancellationToken)
    {
        Comment(output, "open"u8);
        await output.FlushAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var reader = items.GetAsyncEnumerator(stop.Token);
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
            write(output, reader.Current);
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

    private static void Comment(PipeWriter output, ReadOnlySpan<byte> text)
    {
        output.Write(": "u8);
        output.Write(text);
        output.Write("\n\n"u8);
    }
}
