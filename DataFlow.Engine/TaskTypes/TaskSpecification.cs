using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.TaskTypes;

/// <summary>How a task may be repeated after the process died while it ran.</summary>
public enum TaskRepeat
{
    /// <summary>No effect outside: replayed freely, and needs no commit of its own before it starts.</summary>
    Pure,

    /// <summary>Repeated after a crash with the same <c>Idempotency-Key: {execution_id}.{ref}</c>.</summary>
    Idempotent,

    /// <summary>Not repeated after a crash: fails with <c>interrupted</c> unless the task's own <c>retry</c> says otherwise.</summary>
    Unsafe,
}

/// <summary>The machine-readable face of a task type: catalogue reply, editor form, docs page and checker all read this.</summary>
public sealed record TaskSpecification
{
    /// <summary>Canonical name, <c>Web.Download</c>.</summary>
    public required string Type { get; init; }

    /// <summary>One sentence.</summary>
    public required string Description { get; init; }

    /// <summary>The part of the name before the first dot, <c>Web</c>; <c>General</c> for a name without one.</summary>
    public required string Category { get; init; }

    /// <summary>Other spellings that are read as this type.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>How it may be repeated.</summary>
    public required TaskRepeat Repeat { get; init; }

    /// <summary>An object schema; its properties are the fields of <c>input</c>.</summary>
    public required ValueSchema Input { get; init; }

    /// <summary>An object schema; its properties are what <c>refs.x.output.…</c> can reach.</summary>
    public required ValueSchema Output { get; init; }

    /// <summary>The output field that matters most (shown on cards), or <c>null</c>.</summary>
    public string? MainOutput { get; init; }

    /// <summary>A whole task entry that compiles: <c>{ "ref": …, "type": …, "input": … }</c>.</summary>
    public required JsonElement Example { get; init; }

    /// <summary>Name of the credential it cannot run without (<c>openai</c>), or <c>null</c>.</summary>
    public string? Credential { get; init; }
}
