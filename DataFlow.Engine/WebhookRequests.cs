using System.Collections.Immutable;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine;

/// <summary>Something a webhook can be told of.</summary>
/// <param name="Name"><c>execution.completed</c></param>
/// <param name="Meaning">For a person.</param>
/// <param name="IsDefault">Whether a webhook that names no events gets it.</param>
public sealed record WebhookEventType(string Name, string Meaning, bool IsDefault);

/// <summary>A webhook as it stands. Its secret is not part of it.</summary>
/// <param name="Id"><c>we-…</c></param>
/// <param name="Url">Where messages go.</param>
/// <param name="IsSubscription">Whether somebody subscribed it; false: executions name its URL as their <c>webhook_url</c>.</param>
/// <param name="WorkflowId">Told of this workflow's executions; <c>null</c>: of all, or of those that name it.</param>
/// <param name="Events">Names of the events it gets.</param>
/// <param name="Description">For people.</param>
/// <param name="CreatedAt">When it was made, or first used.</param>
public sealed record Webhook(string Id, string Url, bool IsSubscription, string? WorkflowId, ImmutableArray<string> Events, string? Description, DateTimeOffset CreatedAt)
{
    /// <summary>Set while nothing is sent to it.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Why nothing is.</summary>
    public WebhookDisabledReason? DisabledReason { get; init; }

    /// <summary>First failure since the last success; <c>null</c>: none.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When a message was last sent to it.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>Whether it was accepted.</summary>
    public bool? LastAttemptSucceeded { get; init; }

    /// <summary>False when the key that encrypted its secret is gone: it needs a new one before anything can be signed.</summary>
    public bool HasSecret { get; init; } = true;

    /// <summary>During a rotation: until when messages are signed with the secret before, too.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; init; }
}

/// <summary>A webhook to be made.</summary>
public sealed record WebhookDraft
{
    /// <summary>Absolute http or https URL.</summary>
    public string? Url { get; init; }

    /// <summary><c>null</c>: all workflows.</summary>
    public string? WorkflowId { get; init; }

    /// <summary><c>null</c>: every change of an execution's status.</summary>
    public ImmutableArray<string>? Events { get; init; }

    /// <summary>At most 200 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Whether messages are sent from the start.</summary>
    public bool Enabled { get; init; } = true;
}

/// <summary>What to change of a webhook; what is <c>null</c> stays.</summary>
public sealed record WebhookChange
{
    /// <summary>Where messages go from now on, those that wait too.</summary>
    public string? Url { get; init; }

    /// <summary>The events it gets from now on.</summary>
    public ImmutableArray<string>? Events { get; init; }

    /// <summary>An empty text removes it.</summary>
    public string? Description { get; init; }

    /// <summary>Whether messages are sent.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>A webhook and a secret of it, which is told only now.</summary>
/// <param name="Webhook">As it stands.</param>
/// <param name="Secret"><c>whsec_…</c></param>
public sealed record WebhookWithSecret(Webhook Webhook, string Secret);
