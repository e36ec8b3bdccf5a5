using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace DataFlow.Tests.Chaos;

/// <summary>A client as the contract wants it: it keeps asking with the same key until it has an answer, whatever becomes of the server.</summary>
internal sealed class ChaosClient(HttpClient http)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Saves a workflow; answers its id.</summary>
    public async Task<string> CreateAsync(string definition, CancellationToken cancellationToken)
    {
        var reply = await UntilAnsweredAsync(() => Post("/workflows", definition), cancellationToken);
        return reply.GetProperty("workflow_id").GetString()!;
    }

    /// <summary>Executes; answers the execution's id.</summary>
    public async Task<string> ExecuteAsync(string workflowId, string key, string? webhookUrl, CancellationToken cancellationToken) =>
        (await ExecuteAsync(workflowId, key, webhookUrl, wait: false, cancellationToken)).GetProperty("execution_id").GetString()!;

    /// <summary>Executes; answers the reply, which is the execution's document when the client waits for its end.</summary>
    public Task<JsonElement> ExecuteAsync(string workflowId, string key, string? webhookUrl, bool wait, CancellationToken cancellationToken)
    {
        var body = webhookUrl is null ? "{}" : $$"""{"webhook_url":"{{webhookUrl}}"}""";
        return UntilAnsweredAsync(
            () =>
            {
                var request = Post($"/workflows/{workflowId}/execute{(wait ? "?include=outputs" : "")}", body);
                request.Headers.Add("Idempotency-Key", key);
                if (wait) request.Headers.Add("Prefer", "wait=5");
                return request;
            },
            cancellationToken);
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        UntilAnsweredAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    /// <summary>The execution document once it has ended.</summary>
    public async Task<JsonElement> EndAsync(string executionId, CancellationToken cancellationToken)
    {
        JsonElement document = default;
        await UntilAsync($"{executionId} has ended", async () => (document = await GetAsync($"/executions/{executionId}", cancellationToken)).GetProperty("completed_at").ValueKind != JsonValueKind.Null, cancellationToken);
        return document;
    }

    /// <summary>Waits until nothing is under way any more.</summary>
    public Task RestAsync(CancellationToken cancellationToken) =>
        UntilAsync("nothing is under way", async () => (await GetAsync("/executions?status=PENDING,RUNNING&limit=1", cancellationToken)).GetProperty("executions").GetArrayLength() == 0, cancellationToken);

    /// <summary>Asks again and again: what another process does gives this one no signal.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        for (var start = TimeProvider.System.GetTimestamp(); !await holds(); await Task.Delay(s_pause, TimeProvider.System, cancellationToken))
            if (TimeProvider.System.GetElapsedTime(start) > s_patience) throw new TimeoutException($"It did not come to pass in {s_patience.TotalSeconds} s that {what}.");
    }

    private async Task<JsonElement> UntilAnsweredAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        for (var start = TimeProvider.System.GetTimestamp(); ; await Task.Delay(s_pause, TimeProvider.System, cancellationToken))
        {
            try
            {
                using var request = make();
                using var response = await http.SendAsync(request, cancellationToken);
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                if (response.IsSuccessStatusCode) return JsonElement.Parse(text);
                // Stopping, or too busy: asks to be tried again. Anything else is an answer, and not the one wanted.
                if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)) throw new InvalidOperationException($"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {text}");
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
            {
                // The server is dead, or dying: nobody knows what became of the request.
            }
            if (TimeProvider.System.GetElapsedTime(start) > s_patience) throw new TimeoutException("Nobody answered.");
        }
    }

    private static HttpRequestMessage Post(string path, string body) =>
        new(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
}
