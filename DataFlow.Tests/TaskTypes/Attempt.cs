using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.TaskTypes;

/// <summary>Runs one attempt of a task type outside an engine, without a network.</summary>
internal static class Attempt
{
#pragma warning disable RS0030 // This client exists to prove that a task type never sends.
    private static readonly HttpClient NoNetwork = new(new Unreachable());
#pragma warning restore RS0030

    public static FakeTimeProvider Clock() => new(new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static TaskContext Context(TimeProvider? clock = null) => new()
    {
        ExecutionId = "ex-1a2b3c4d",
        WorkflowId = "wf-4g7h8j9k",
        TaskRef = "task",
        Attempt = 1,
        Clock = clock ?? Clock(),
        Http = NoNetwork,
        Credentials = new Dictionary<string, string>(),
    };

    public static async Task<JsonElement> OfAsync(TaskType type, JsonElement input) =>
        await type.InvokeAsync(input, Context(), Xunit.TestContext.Current.CancellationToken);

    /// <summary>With an anonymous object whose names are the wire's.</summary>
    public static Task<JsonElement> OfAsync(TaskType type, object input) => OfAsync(type, JsonSerializer.SerializeToElement(input));

    public static async Task<TaskFailure> FailureOfAsync(TaskType type, object input) =>
        (await Assert.ThrowsAsync<TaskFailedException>(() => input is JsonElement json ? OfAsync(type, json) : OfAsync(type, input))).Failure;

    private sealed class Unreachable : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing may be sent here.");
    }
}
