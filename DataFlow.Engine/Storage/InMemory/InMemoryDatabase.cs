using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Storage.InMemory;

/// <summary>What the three in-memory stores share, as tables of one database; every access holds <see cref="Gate"/>.</summary>
internal sealed class InMemoryDatabase
{
    public Lock Gate { get; } = new();

    public Dictionary<string, ExecutionRow> Executions { get; } = [];

    /// <summary>In the order of acceptance.</summary>
    public List<ExecutionRow> Accepted { get; } = [];

    /// <summary>The last place given away; places of removed executions are not given again.</summary>
    public long LastPosition { get; set; }

    /// <summary>What ended when, of executions that are gone.</summary>
    public List<EndedFigure> Figures { get; } = [];

    public Dictionary<(string WorkflowId, string Key), (string BodyHash, string ExecutionId, int Version, DateTimeOffset ExpiresAt)> Keys { get; } = [];

    public Dictionary<string, WorkflowRow> Workflows { get; } = [];

    /// <summary>In the order they came in.</summary>
    public List<WebhookDelivery> Deliveries { get; } = [];

    public HashSet<string> DeliveryIds { get; } = [];

    /// <summary>In the order they were made.</summary>
    public List<(long Key, WebhookEndpoint Endpoint)> Endpoints { get; } = [];

    public long LastEndpointKey { get; set; }

    public WebhookEndpoint? FindEndpoint(Func<WebhookEndpoint, bool> wanted) => Endpoints.Find(row => wanted(row.Endpoint)).Endpoint;

    public void ChangeEndpoint(string id, Func<WebhookEndpoint, WebhookEndpoint> change)
    {
        var index = Endpoints.FindIndex(row => row.Endpoint.Id == id);
        if (index >= 0)
            Endpoints[index] = (Endpoints[index].Key, change(Endpoints[index].Endpoint));
    }

    /// <summary>How many there were.</summary>
    public int ChangeDeliveries(Func<WebhookDelivery, bool> which, Func<WebhookDelivery, WebhookDelivery> change)
    {
        var count = 0;
        for (var i = 0; i < Deliveries.Count; i++)
        {
            if (!which(Deliveries[i]))
                continue;
            Deliveries[i] = change(Deliveries[i]);
            count++;
        }
        return count;
    }

    /// <summary>Every append, in order; its position is its place from 1.</summary>
    public List<CommittedAppend> Commits { get; } = [];

    /// <summary>By execution.</summary>
    public Dictionary<string, (List<TaskLogLine> Lines, TaskLogBook Book)> TaskLogs { get; } = [];

    public DeleteOutcome Delete(string executionId)
    {
        if (!Executions.TryGetValue(executionId, out var row))
            return DeleteOutcome.NotFound;
        if (row.Summary.Status < ExecutionStatus.Completed)
            return DeleteOutcome.NotEnded;
        if (Deliveries.Exists(delivery => delivery.ExecutionId == executionId && delivery is { Status: DeliveryStatus.Pending, NextAttemptAt: not null }))
            return DeleteOutcome.DeliveriesPending;
        var told = Deliveries.FindAll(delivery => delivery.ExecutionId == executionId);
        foreach (var delivery in told)
            DeliveryIds.Remove(delivery.Id);
        Deliveries.RemoveAll(delivery => delivery.ExecutionId == executionId);
        Endpoints.RemoveAll(row => row.Endpoint is { IsSecretUntold: true, Description: null, DisabledReason: not WebhookDisabledReason.Asked }
            && told.Exists(delivery => delivery.WebhookId == row.Endpoint.Id) && !Deliveries.Exists(delivery => delivery.WebhookId == row.Endpoint.Id));
        TaskLogs.Remove(executionId);
        Executions.Remove(executionId);
        Accepted.Remove(row);
        Figures.Add(row.Figure!.Value);
        return DeleteOutcome.Deleted;
    }

    public string? NameOf(string workflowId, int? version) =>
        Workflows.TryGetValue(workflowId, out var row) && row.Find(version ?? row.Versions.Count) is { } found ? found.Name : null;
}

internal sealed class ExecutionRow
{
    public required long Position { get; init; }

    public required ExecutionSummary Summary { get; set; }

    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    public required ImmutableArray<ExecutionEvent> Events { get; set; }

    public byte[]? Credentials { get; set; }

    /// <summary>What figures know of it; <c>null</c>: it has not ended.</summary>
    public EndedFigure? Figure => StoredTime.ToMicroseconds(Summary.CompletedAt) is { } ended
        ? EndedFigure.Of(Summary.WorkflowId, Summary.Status, ended, StoredTime.ToMicroseconds(Summary.StartedAt)) : null;

    public static ExecutionSummary Round(ExecutionSummary summary) => summary with
    {
        CreatedAt = StoredTime.Round(summary.CreatedAt),
        StartedAt = StoredTime.Round(summary.StartedAt),
        CompletedAt = StoredTime.Round(summary.CompletedAt),
    };
}

internal sealed class WorkflowRow
{
    public required long Position { get; init; }

    public required WorkflowContent Content { get; set; }

    public List<WorkflowVersion> Versions { get; } = [];

    public bool IsDeleted { get; set; }

    public WorkflowVersion? Find(int version) => version >= 1 && version <= Versions.Count ? Versions[version - 1] : null;
}
