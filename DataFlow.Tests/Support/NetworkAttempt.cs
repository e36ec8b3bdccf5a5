using System.Text.Json;
using DataFlow.Engine.Egress;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Support;

/// <summary>Runs one attempt of a task type over the real egress, and maps what it throws as the engine does.</summary>
internal sealed class NetworkAttempt(IEgressClientFactory egress, TimeProvider? clock = null, IReadOnlyDictionary<string, string>? credentials = null)
{
    public TaskContext Context { get; } = new()
    {
        ExecutionId = "ex-1a2b3c4d",
        WorkflowId = "wf-4g7h8j9k",
        TaskRef = "task",
        Attempt = 1,
        Clock = clock ?? TimeProvider.System,
        Http = egress.For(EgressPurpose.Tasks),
        Credentials = credentials ?? new Dictionary<string, string>(),
        Sink = new RecordingSink(),
    };

    /// <summary>What it told.</summary>
    public RecordingSink Told => (RecordingSink)Context.Sink!;

    /// <summary>The output for an input given as an anonymous object with the wire's names.</summary>
    public Task<JsonElement> OfAsync(TaskType type, object input, CancellationToken? cancellationToken = null) =>
        type.InvokeAsync(JsonSerializer.SerializeToElement(input), Context, cancellationToken ?? TestContext.Current.CancellationToken).AsTask();

    public async Task<TaskFailure> FailureOfAsync(TaskType type, object input)
    {
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => OfAsync(type, input));
        return (thrown as TaskFailedException)?.Failure ?? EgressFailures.From(thrown, TestContext.Current.CancellationToken) ?? throw thrown;
    }
}
