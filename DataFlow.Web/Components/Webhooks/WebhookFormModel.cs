using System.Collections.Immutable;
using DataFlow.Engine;

namespace DataFlow.Web.Components.Webhooks;

/// <summary>What is typed into the form of a webhook, and what it asks for.</summary>
public sealed class WebhookFormModel
{
    private readonly Webhook? before;
    private readonly HashSet<string> events;

    /// <summary>For a new one.</summary>
    public WebhookFormModel(string? workflowId)
    {
        WorkflowId = workflowId ?? "";
        events = [.. WorkflowEngine.WebhookEvents.Where(type => type.IsDefault).Select(type => type.Name)];
    }

    /// <summary>For a change.</summary>
    public WebhookFormModel(Webhook before)
    {
        this.before = before;
        (Url, Description, WorkflowId) = (before.Url, before.Description ?? "", before.WorkflowId ?? "");
        events = [.. before.Events];
    }

    public string Url { get; set; } = "";

    public string Description { get; set; } = "";

    /// <summary>Empty: all workflows.</summary>
    public string WorkflowId { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>Names in the order in which they can happen.</summary>
    public ImmutableArray<string> Events => [.. WorkflowEngine.WebhookEvents.Select(type => type.Name).Where(events.Contains)];

    public bool Has(string name) => events.Contains(name);

    public void Turn(string name, bool on) => _ = on ? events.Add(name) : events.Remove(name);

    public WebhookDraft ToDraft() => new()
    {
        Url = Url.Trim() is { Length: > 0 } url ? url : null,
        WorkflowId = WorkflowId.Length > 0 ? WorkflowId : null,
        Events = Events,
        Description = Description,
        Enabled = Enabled,
    };

    /// <summary>Only what was changed: the rest may have been changed by somebody else meanwhile.</summary>
    public WebhookChange ToChange() => new()
    {
        Url = Url.Trim() is var url && url != before?.Url ? url : null,
        Events = before is not null && events.SetEquals(before.Events) ? null : Events,
        Description = Description != (before?.Description ?? "") ? Description : null,
    };
}
