using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.InMemory;

namespace DataFlow.Tests.Webhooks;

/// <summary>Puts messages where the dispatcher finds them.</summary>
internal static class Outbox
{
    private static readonly RandomIdGenerator Ids = new();

    /// <summary>Commits messages of a new execution in one append.</summary>
    public static async Task<ImmutableArray<string>> CommitAsync(InMemoryDatabase database, string url, int count, DateTimeOffset now, string? webhookId = null)
    {
        var queued = new ExecutionQueued(now, "wf-4g7h8j9k", 1, JsonElement.Parse("{}"), url);
        var execution = new Execution
        {
            Id = Ids.Next("ex-"),
            WorkflowId = queued.WorkflowId,
            WorkflowVersion = 1,
            Input = queued.Input,
            CreatedAt = now,
            Sequence = 1,
            WebhookUrl = url,
            Tasks = [],
            UnfinishedTasks = 0,
        };
        ImmutableArray<OutboxMessage> messages = [.. Enumerable.Range(1, count).Select(number => new OutboxMessage(
            Ids.Next("msg_"), execution.Id, 2, url, "execution.started", Encoding.UTF8.GetBytes($"{{\"type\": \"execution.started\", \"number\": {number}}}"), now, webhookId))];

        var store = new InMemoryExecutionStore(database);
        await store.CreateAsync(new NewExecution { Execution = execution, Events = [queued] }, TestContext.Current.CancellationToken);
        await store.AppendAsync(new JournalAppend(execution with { Sequence = 2 }, 1, [new ExecutionStarted(now)], messages), TestContext.Current.CancellationToken);
        return [.. messages.Select(message => message.Id)];
    }
}
