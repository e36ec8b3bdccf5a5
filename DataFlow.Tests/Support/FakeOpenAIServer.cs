using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DataFlow.Tests.Support;

/// <summary>
/// A server that speaks the recorded protocol of <c>POST /v1/chat/completions</c>: it gives the scripted replies in order, and then summaries for ever.
/// </summary>
public sealed class FakeOpenAIServer : IAsyncDisposable
{
    private readonly TestSite site;
    private readonly ConcurrentQueue<RequestDelegate> script = new();

    private FakeOpenAIServer(TestSite site) => this.site = site;

    public static async Task<FakeOpenAIServer> StartAsync()
    {
        var server = new FakeOpenAIServer(await TestSite.StartAsync());
        server.site.Map("/v1/chat/completions", context => server.script.TryDequeue(out var reply) ? reply(context) : OpenAIReplies.Summary("A short summary.")(context));
        return server;
    }

    /// <summary>What <c>OpenAI:BaseUrl</c> is to be.</summary>
    public string BaseUrl => site.At("/v1");

    /// <summary>Every request so far, in order.</summary>
    public IReadOnlyCollection<TestRequest> Requests => site.Requests;

    /// <summary>The bodies of the requests so far.</summary>
    public IReadOnlyList<JsonElement> Bodies => [.. Requests.Select(request => JsonElement.Parse(request.Body))];

    /// <summary>Waits for the next request that nobody waited for yet.</summary>
    public ValueTask<TestRequest> NextRequestAsync(CancellationToken cancellationToken) => site.NextRequestAsync(cancellationToken);

    /// <summary>Adds a reply to the script.</summary>
    public FakeOpenAIServer Then(RequestDelegate reply)
    {
        script.Enqueue(reply);
        return this;
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();
}

/// <summary>Replies as the service sends them.</summary>
public static class OpenAIReplies
{
    public static RequestDelegate Summary(string text, string finishReason = "stop", string model = "gpt-3.5-turbo-0125", bool usage = true) => Json(200, $$"""
        { "id": "chatcmpl-9vLmVxKZ", "object": "chat.completion", "created": 1722956400, "model": {{Quoted(model)}},
          "choices": [ { "index": 0, "message": { "role": "assistant", "content": {{Quoted(text)}}, "refusal": null }, "logprobs": null, "finish_reason": {{Quoted(finishReason)}} } ]
          {{(usage ? """, "usage": { "prompt_tokens": 57, "completion_tokens": 17, "total_tokens": 74 }""" : "")}}, "system_fingerprint": null }
        """);

    /// <summary>401 that repeats the key, as the service does in part and careless proxies do in full.</summary>
    public static RequestDelegate Unauthorized() => context =>
    {
        var key = context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
        var said = $"Incorrect API key provided: {key}. Authorization was: Bearer {key} ({Convert.ToBase64String(Encoding.UTF8.GetBytes(key))}). You can find your API key at https://platform.openai.com/account/api-keys.";
        return Error(401, said, "invalid_request_error", "invalid_api_key")(context);
    };

    public static RequestDelegate RateLimited(string retryAfter) => context =>
    {
        context.Response.Headers.RetryAfter = retryAfter;
        return Error(429, "Rate limit reached for gpt-3.5-turbo in organization org-abc on requests per min (RPM): Limit 3, Used 3.", "requests", "rate_limit_exceeded")(context);
    };

    public static RequestDelegate NoQuota() => Error(429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "insufficient_quota");

    public static RequestDelegate ServerError(int status = 500) => Error(status, "The server had an error while processing your request. Sorry about that!", "server_error", null);

    public static RequestDelegate ContextTooLong() =>
        Error(400, "This model's maximum context length is 16385 tokens. However, your messages resulted in 20010 tokens.", "invalid_request_error", "context_length_exceeded");

    public static RequestDelegate UnknownModel() => Error(404, "The model `gpt-9` does not exist or you do not have access to it.", "invalid_request_error", "model_not_found");

    public static RequestDelegate NoChoices() => Json(200, """{ "id": "chatcmpl-1", "object": "chat.completion", "choices": [] }""");

    public static RequestDelegate BrokenJson() => Json(200, """{ "id": "chatcmpl-1", "choices": [ { "message": { "content": "A sum""");

    /// <summary>Announces more than it sends, and hangs up.</summary>
    public static RequestDelegate CutBody() => async context =>
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 1_000;
        await context.Response.Body.WriteAsync("""{ "id": "chatcmpl-1", "choices": [ { "message": {"""u8.ToArray());
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    /// <summary>Never answers.</summary>
    public static RequestDelegate Silence() => TestSite.Gone;

    public static RequestDelegate Error(int status, string message, string type, string? code) =>
        Json(status, $$"""{ "error": { "message": {{Quoted(message)}}, "type": {{Quoted(type)}}, "param": null, "code": {{(code is null ? "null" : Quoted(code))}} } }""");

    public static RequestDelegate Json(int status, string body) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    };

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
