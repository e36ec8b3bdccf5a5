using System.Collections;
using System.Diagnostics;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Runtime;

/// <summary>Says of every log line written during an attempt, whoever writes it, where it belongs, and makes the attempt's span current.</summary>
internal sealed class AttemptScope : IReadOnlyList<KeyValuePair<string, object?>>, IDisposable
{
    private readonly Execution _execution;
    private readonly TaskStarted _attempt;
    private IDisposable? _scope;
    private Activity? _span;

    private AttemptScope(Execution execution, TaskStarted attempt) => (_execution, _attempt) = (execution, attempt);

    public int Count => 7;

    private TraceIdentity Identity => new(_execution.Id, new TraceOrigin(_execution.TraceParent, _execution.TraceState));

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("execution_id", _execution.Id),
        1 => new("workflow_id", _execution.WorkflowId),
        2 => new("workflow_version", _execution.WorkflowVersion),
        3 => new("task_ref", _attempt.Ref),
        4 => new("attempt", _attempt.Attempt),
        5 => new("trace_id", Identity.TraceId.ToHexString()),
        6 => new("span_id", Identity.Attempt(_attempt.Ref, _attempt.Attempt).ToHexString()),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Begins; call it in the asynchronous method that the attempt is made in, and dispose it there.</summary>
    public static AttemptScope Enter(ILogger logger, Execution execution, TaskStarted attempt)
    {
        var scope = new AttemptScope(execution, attempt);
        scope._scope = logger.BeginScope(scope);
        // Requests of the attempt carry a trace on when somebody began one, or when spans are recorded here.
        if (execution.TraceParent is not null || EngineTracing.IsOn) scope._span = scope.Identity.Enter("attempt", scope.Identity.Attempt(attempt.Ref, attempt.Attempt));
        return scope;
    }

    public void Dispose()
    {
        _span?.Dispose();
        _scope?.Dispose();
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For consoles that write text.</summary>
    public override string ToString() => $"execution_id:{_execution.Id} workflow_id:{_execution.WorkflowId} task_ref:{_attempt.Ref} attempt:{_attempt.Attempt}";
}
