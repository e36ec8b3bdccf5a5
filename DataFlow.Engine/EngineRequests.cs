using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>A definition was saved.</summary>
/// <param name="WorkflowId"><c>wf-…</c></param>
/// <param name="WorkflowVersion">Its current version.</param>
/// <param name="Changed">False when the content was the current version's already.</param>
public sealed record WorkflowSaved(string WorkflowId, int WorkflowVersion, bool Changed);

/// <summary>An execution was accepted and committed.</summary>
/// <param name="WorkflowId"><c>wf-…</c></param>
/// <param name="WorkflowVersion">The version it runs.</param>
/// <param name="ExecutionId"><c>ex-…</c></param>
/// <param name="Repeated">Whether an idempotency key found it made before.</param>
public sealed record ExecutionAccepted(string WorkflowId, int WorkflowVersion, string ExecutionId, bool Repeated = false);

/// <summary>What to execute.</summary>
public sealed record ExecuteRequest
{
    /// <summary><c>wf-…</c></summary>
    public required string WorkflowId { get; init; }

    /// <summary>The <c>input</c> object; <c>null</c>: absent.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Where status changes are sent.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>1 to 255 visible ASCII characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Credentials by name (<c>openai</c>); held encrypted until the execution ends.</summary>
    public ImmutableDictionary<string, string> Credentials { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The caller's trace; what is none by W3C is ignored.</summary>
    public TraceOrigin Trace { get; init; }

    /// <summary><c>api</c> or <c>ui</c>.</summary>
    public string Trigger { get; init; } = "api";
}

/// <summary>What to replay.</summary>
/// <param name="ExecutionId">The execution; it must have ended.</param>
/// <param name="FromRef">The first task to run again (with all that come after it); <c>null</c>: the failed one, or all when none failed.</param>
/// <param name="LatestVersion">Run the current version instead of the same one.</param>
/// <param name="Input">New input; <c>null</c>: the same. A new input runs everything again unless <paramref name="FromRef"/> is given.</param>
/// <param name="Credentials">As in <see cref="ExecuteRequest.Credentials"/>.</param>
public sealed record ReplayRequest(
    string ExecutionId, string? FromRef = null, bool LatestVersion = false, JsonElement? Input = null,
    ImmutableDictionary<string, string>? Credentials = null)
{
    /// <summary>The same key within 24 hours makes no second execution.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>An execution as it stands, and everything that happens to it after, without a gap or a repetition.</summary>
/// <param name="Snapshot">The fold up to the requested moment of subscribing.</param>
/// <param name="Changes">Ends when the execution has ended.</param>
public record ExecutionWatch(Execution Snapshot, IAsyncEnumerable<ExecutionChange> Changes);

/// <summary>A trial under way.</summary>
/// <param name="Snapshot">As it begins.</param>
/// <param name="Changes">Everything after it; who stops reading them ends the trial.</param>
/// <param name="Activity">What its tasks write and how far they come, from the beginning to the end. It need not be read, and is read once.</param>
public sealed record TrialWatch(Execution Snapshot, IAsyncEnumerable<ExecutionChange> Changes, IAsyncEnumerable<TaskActivity> Activity) : ExecutionWatch(Snapshot, Changes);

/// <summary>Some events were committed.</summary>
/// <param name="Execution">The fold after them.</param>
/// <param name="FirstSequence">Sequence of the first of them.</param>
/// <param name="Events">In order.</param>
public sealed record ExecutionChange(Execution Execution, int FirstSequence, ImmutableArray<ExecutionEvent> Events);

/// <summary>Everything that is committed in executions of one workflow or of all.</summary>
/// <param name="Cursor">Where <paramref name="Changes"/> begin.</param>
/// <param name="Changes">In the order of commits; ends when it is cancelled.</param>
public sealed record EventsWatch(string Cursor, IAsyncEnumerable<CommittedEvents> Changes);

/// <summary>Some events of one execution were committed.</summary>
/// <param name="Position">The commit's place among all.</param>
/// <param name="ExecutionId"><c>ex-…</c></param>
/// <param name="WorkflowId"><c>wf-…</c></param>
/// <param name="FirstSequence">Sequence of the first of them.</param>
/// <param name="Events">In order.</param>
/// <param name="Skipped">Events of the commit before the first of these; the watch before has told them.</param>
public sealed record CommittedEvents(long Position, string ExecutionId, string WorkflowId, int FirstSequence, ImmutableArray<ExecutionEvent> Events, int Skipped = 0)
{
    /// <summary>Resumes after one of <see cref="Events"/>.</summary>
    public string CursorAfter(int index) => index == Events.Length - 1
        ? Position.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Position}.{Skipped + index + 1}");
}

/// <summary>An execution with its whole journal.</summary>
/// <param name="Execution">The fold.</param>
/// <param name="Events">All events; the first has sequence 1.</param>
public sealed record ExecutionHistory(Execution Execution, ImmutableArray<ExecutionEvent> Events);
