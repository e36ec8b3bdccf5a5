using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Webhooks;

/// <summary>What a webhook can be told of, and which event of a journal it is. Pure.</summary>
internal static class WebhookEventTypes
{
    /// <summary>The test message; nobody can subscribe to it.</summary>
    public const string Test = "webhook.test";

    /// <summary>All of them, in the order in which they can happen.</summary>
    public static ImmutableArray<WebhookEventType> All { get; } =
    [
        new("execution.started", "An execution has begun to run.", IsDefault: true),
        new("execution.completed", "An execution has ended well.", IsDefault: true),
        new("execution.failed", "An execution has failed.", IsDefault: true),
        new("execution.cancelled", "An execution was cancelled.", IsDefault: true),
        new("task.started", "An attempt of a task begins.", IsDefault: false),
        new("task.completed", "A task has ended well.", IsDefault: false),
        new("task.retrying", "An attempt of a task failed and the next one has its time.", IsDefault: false),
        new("task.failed", "A task has failed for good, whether its execution goes on or not.", IsDefault: false),
        new("task.skipped", "A task will not start.", IsDefault: false),
        new("task.cancelled", "A task was under way when its execution ended.", IsDefault: false),
    ];

    /// <summary>Every change of an execution's status: what a <c>webhook_url</c> gets, and a subscription that names none.</summary>
    public static ImmutableArray<string> Default { get; } = [.. All.Where(type => type.IsDefault).Select(type => type.Name)];

    /// <summary>Its name; <c>null</c>: nobody is told.</summary>
    public static string? NameOf(ExecutionEvent happened) => happened switch
    {
        ExecutionStarted => "execution.started",
        ExecutionCompleted => "execution.completed",
        ExecutionFailed => "execution.failed",
        ExecutionCancelled => "execution.cancelled",
        TaskStarted => "task.started",
        TaskCompleted => "task.completed",
        TaskRetryScheduled => "task.retrying",
        TaskFailed => "task.failed",
        TaskSkipped => "task.skipped",
        TaskCancelled => "task.cancelled",
        _ => null,
    };

    /// <summary>The task it happened to; <c>null</c>: to the execution.</summary>
    public static string? TaskOf(ExecutionEvent happened) => happened switch
    {
        TaskStarted e => e.Ref,
        TaskCompleted e => e.Ref,
        TaskRetryScheduled e => e.Ref,
        TaskFailed e => e.Ref,
        TaskSkipped e => e.Ref,
        TaskCancelled e => e.Ref,
        _ => null,
    };
}
