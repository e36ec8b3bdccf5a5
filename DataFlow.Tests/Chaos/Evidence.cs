using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Chaos;

/// <summary>All that is known after a run with crashes: what clients were told, what the world saw, what the database holds.</summary>
internal sealed record Evidence
{
    /// <summary>Ids that clients were given, by the idempotency key they sent.</summary>
    public required ImmutableDictionary<string, ImmutableHashSet<string>> Acknowledged { get; init; }

    public required ImmutableArray<RecordedExecution> Executions { get; init; }

    /// <summary>By workflow id.</summary>
    public required ImmutableDictionary<string, WorkflowShape> Shapes { get; init; }

    public ImmutableArray<RecordedDelivery> Deliveries { get; init; } = [];

    /// <summary>Outputs of completed tasks as clients saw them while the run went on.</summary>
    public ImmutableArray<Sighting> Sightings { get; init; } = [];

    /// <summary>Webhook messages as they arrived.</summary>
    public ImmutableArray<WebhookMessage> Received { get; init; } = [];

    /// <summary>How often each idempotency key of a task arrived at the sink.</summary>
    public required Func<string, int> EffectsOf { get; init; }

    /// <summary>What the database counts along; <c>null</c>: not read.</summary>
    public RecordedFigures? Figures { get; init; }

    /// <summary>What the database says against itself.</summary>
    public ImmutableArray<string> DatabaseProblems { get; init; } = [];
}

/// <summary>An execution as the database holds it: its row, and its journal append by append.</summary>
internal sealed record RecordedExecution(
    string Id, string WorkflowId, ExecutionStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt, int Sequence,
    ImmutableArray<RecordedAppend> Appends)
{
    public ImmutableArray<ExecutionEvent> Events { get; } = [.. Appends.SelectMany(append => append.Events)];

    public IEnumerable<T> Of<T>(string? taskRef = null)
        where T : ExecutionEvent => Events.OfType<T>().Where(e => taskRef is null || RefOf(e) == taskRef);

    public static string? RefOf(ExecutionEvent e) => e switch
    {
        TaskReused of => of.Ref,
        TaskStarted of => of.Ref,
        TaskWaiting of => of.Ref,
        TaskInterrupted of => of.Ref,
        TaskCompleted of => of.Ref,
        TaskRetryScheduled of => of.Ref,
        TaskFellBack of => of.Ref,
        TaskFailed of => of.Ref,
        TaskSkipped of => of.Ref,
        TaskCancelled of => of.Ref,
        _ => null,
    };
}

/// <summary>The events of one transaction.</summary>
internal sealed record RecordedAppend(int FirstSequence, ImmutableArray<ExecutionEvent> Events);

/// <summary>What had ended by the end of each piece of five minutes, as the database counts it along.</summary>
/// <param name="Slots">Of all workflows: completed, failed, cancelled, and of how many it keeps the duration.</param>
/// <param name="Workflows">Of each workflow: failed, and ended at all.</param>
internal sealed record RecordedFigures(
    ImmutableSortedDictionary<long, (long Completed, long Failed, long Cancelled, long Measured)> Slots,
    ImmutableDictionary<(string WorkflowId, long Slot), (long Failed, long Ended)> Workflows);

internal sealed record RecordedDelivery(string Id, string ExecutionId, int Sequence, string Type, string BodyHex, Engine.Storage.DeliveryStatus Status, int Attempts);

/// <summary>A task's output as a client saw it.</summary>
internal sealed record Sighting(string ExecutionId, string Ref, JsonElement Output);

/// <summary>What a definition asks of its executions, read from its JSON by these few lines and by nothing that is under test.</summary>
internal sealed record WorkflowShape(ImmutableArray<TaskShape> Tasks)
{
    public static WorkflowShape Of(JsonElement definition)
    {
        var tasks = ImmutableArray.CreateBuilder<TaskShape>();
        foreach (var task in definition.GetProperty("tasks").EnumerateArray())
        {
            ImmutableArray<string> before = task.TryGetProperty("depends_on", out var named) ? [.. named.EnumerateArray().Select(item => item.GetString()!)]
                : tasks.Count > 0 ? [tasks[^1].Ref] : [];
            var retries = task.TryGetProperty("retry", out var retry) && retry.TryGetProperty("attempts", out var attempts) ? attempts.GetInt32() : 0;
            var fallback = task.TryGetProperty("on_error", out var policy) && policy.ValueKind == JsonValueKind.Object && policy.TryGetProperty("task", out _);
            tasks.Add(new TaskShape(task.GetProperty("ref").GetString()!, task.GetProperty("type").GetString()!, before, retries, fallback));
        }
        return new WorkflowShape(tasks.DrainToImmutable());
    }
}

internal sealed record TaskShape(string Ref, string Type, ImmutableArray<string> DependsOn, int Retries, bool Fallback);
