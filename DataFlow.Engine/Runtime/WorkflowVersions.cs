using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine.Runtime;

/// <summary>A stored version, compiled.</summary>
/// <param name="Stored">As stored.</param>
/// <param name="Workflow"><c>null</c> when this program can no longer compile it (a task type is gone).</param>
/// <param name="Outline">How its executions begin.</param>
internal sealed record CompiledVersion(WorkflowVersion Stored, Workflow? Workflow, ExecutionOutline Outline);

/// <summary>Versions are immutable, so each is compiled once; which one is current is known here because every save goes through this process.</summary>
internal sealed class WorkflowVersions(IWorkflowStore store, WorkflowCompiler compiler)
{
    /// <summary>Enough for every workflow in daily use; beyond it the oldest half is dropped and compiled again when needed.</summary>
    private const int MostCompiled = 2_000;

    /// <summary>Comes after every version: a deleted workflow never has a current one again.</summary>
    public const int Gone = int.MaxValue;

    private readonly ConcurrentDictionary<(string Id, int Version), CompiledVersion> _compiled = new();
    private readonly ConcurrentDictionary<string, int> _current = new();

    /// <summary>Who wants to know when another version is current.</summary>
    public VersionFeed Feed { get; } = new();

    /// <summary>A version (<c>null</c>: the current one of a workflow that is not deleted), or <c>null</c>.</summary>
    public async ValueTask<CompiledVersion?> GetAsync(string workflowId, int? version, CancellationToken cancellationToken)
    {
        if (version is null && _current.TryGetValue(workflowId, out var current)) version = current;
        if (version == Gone) return null;
        if (version is { } known && _compiled.TryGetValue((workflowId, known), out var compiled)) return compiled;

        var asked = version;
        if (await store.GetAsync(workflowId, asked, cancellationToken) is not { } stored) return null;
        if (asked is null) Advance(workflowId, stored.Version);
        return Keep(Compile(stored));
    }

    public void Saved(WorkflowVersion stored, Workflow workflow)
    {
        Keep(new CompiledVersion(stored, workflow, ExecutionOutline.Of(workflow)));
        Advance(stored.WorkflowId, stored.Version);
        Feed.Publish(stored.WorkflowId, stored.Version);
    }

    /// <summary>Called once the store has it deleted.</summary>
    public void Deleted(string workflowId)
    {
        Advance(workflowId, Gone);
        Feed.Publish(workflowId, Gone);
    }

    /// <summary>Saves are told, and reads come back, in any order; versions only grow.</summary>
    private void Advance(string workflowId, int version) =>
        _current.AddOrUpdate(workflowId, static (_, version) => version, static (_, known, version) => Math.Max(known, version), version);

    private CompiledVersion Keep(CompiledVersion compiled)
    {
        if (_compiled.Count >= MostCompiled)
            foreach (var key in _compiled.Keys.Take(MostCompiled / 2)) _compiled.TryRemove(key, out _);
        return _compiled[(compiled.Stored.WorkflowId, compiled.Stored.Version)] = compiled;
    }

    private CompiledVersion Compile(WorkflowVersion stored)
    {
        var compilation = compiler.Compile(JsonMarshal.GetRawUtf8Value(stored.Definition).ToArray());
        return compilation.Workflow is { } workflow
            ? new CompiledVersion(stored, workflow, ExecutionOutline.Of(workflow))
            : new CompiledVersion(stored, null, Outline(stored.Definition));
    }

    /// <summary>Executions of a version that no longer compiles can still be shown.</summary>
    private static ExecutionOutline Outline(JsonElement definition)
    {
        ImmutableArray<TaskRun> tasks =
            [.. definition.GetProperty("tasks").EnumerateArray().Select(task => new TaskRun { Ref = task.GetProperty("ref").GetString()!, Type = task.GetProperty("type").GetString()! })];
        return new ExecutionOutline(tasks, tasks.Select((run, index) => (run.Ref, index)).ToFrozenDictionary(pair => pair.Ref, pair => pair.index));
    }
}
