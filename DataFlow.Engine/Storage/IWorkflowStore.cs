using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.Storage;

/// <summary>An immutable numbered definition.</summary>
/// <param name="WorkflowId"><c>wf-…</c></param>
/// <param name="Version">From 1, without gaps.</param>
/// <param name="Name">The definition's name.</param>
/// <param name="Definition">The document as the user sent it.</param>
/// <param name="CreatedAt">When it was saved.</param>
public sealed record WorkflowVersion(string WorkflowId, int Version, string Name, JsonElement Definition, DateTimeOffset CreatedAt);

/// <summary>What lists need of a workflow.</summary>
public sealed record WorkflowSummary(
    string Id, string Name, string? Description, int Version, int TaskCount, ImmutableSortedDictionary<string, string> Labels,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>What the store keeps of a definition besides the document; derived by the caller.</summary>
public sealed record WorkflowContent(
    string Name, string? Description, int TaskCount, ImmutableSortedDictionary<string, string> Labels, JsonElement Definition);

/// <summary>A page of a list, newest first.</summary>
/// <param name="Items">At most the limit asked for.</param>
/// <param name="NextCursor">Opaque; <c>null</c> on the last page.</param>
public sealed record Page<T>(ImmutableArray<T> Items, string? NextCursor);

/// <summary>The cursor is not one that this list gave out.</summary>
public sealed class InvalidCursorException() : Exception("The cursor is not one that this list gave out.");

/// <summary>What to list.</summary>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">From the page before.</param>
/// <param name="Text">Case-insensitive part of name, description or id.</param>
/// <param name="Label">A label that must be there, <c>key</c> or <c>key=value</c>.</param>
public sealed record WorkflowQuery(int Limit = 20, string? Cursor = null, string? Text = null, string? Label = null);

/// <summary>How an update ended.</summary>
public abstract record UpdateOutcome
{
    /// <summary>A new version was written, or the content is the current version's (<paramref name="Changed"/> false).</summary>
    public sealed record Updated(WorkflowVersion Version, bool Changed) : UpdateOutcome;

    /// <summary>No such workflow.</summary>
    public sealed record NotFound : UpdateOutcome;

    /// <summary>The caller expected another version.</summary>
    public sealed record VersionConflict(int CurrentVersion) : UpdateOutcome;
}

/// <summary>Workflows and their versions. Every write is committed (fsync) when its task completes.</summary>
public interface IWorkflowStore
{
    /// <summary>Saves version 1 under a new id. Throws <see cref="DuplicateIdException"/> when the id is taken.</summary>
    Task<WorkflowVersion> CreateAsync(string id, WorkflowContent content, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Saves the next version when the content differs (as JSON, deep) from the current one.</summary>
    Task<UpdateOutcome> UpdateAsync(string id, WorkflowContent content, int? expectedVersion, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>One version (<c>null</c>: the current one); <c>null</c> when there is none. A deleted workflow's versions are still found by number.</summary>
    Task<WorkflowVersion?> GetAsync(string id, int? version, CancellationToken cancellationToken);

    /// <summary>Newest first, deleted ones left out.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not ours.</exception>
    Task<Page<WorkflowSummary>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken);

    /// <summary>Versions of one workflow, newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not ours.</exception>
    Task<Page<WorkflowVersion>> ListVersionsAsync(string id, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>Hides the workflow; its executions stay. False when there is none.</summary>
    Task<bool> DeleteAsync(string id, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>The id drawn is taken; draw again.</summary>
public sealed class DuplicateIdException(string id) : Exception($"The id {id} is taken.")
{
    /// <summary>The id.</summary>
    public string Id { get; } = id;
}
