using System.Runtime.InteropServices;
using System.Text.Json;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Runtime;

/// <summary>Step 10 of the path: one attempt. The one place where exceptions become failures.</summary>
internal sealed partial class TaskInvoker(IEgressClientFactory egress, TaskActivitySink sink, TimeProvider clock, IOptions<EngineOptions> options, ILogger<TaskInvoker> logger)
{
    /// <summary>The same, but what tasks tell goes elsewhere: for runs of which nothing is kept.</summary>
    public TaskInvoker TellingTo(TaskActivitySink other) => new(egress, other, clock, options, logger);

    /// <summary>Runs it and says how it ended; <c>null</c> when it was cancelled, which nobody waits to hear.</summary>
    public async ValueTask<ExecutionCommand?> InvokeAsync(
        TaskType type, TaskStarted started, Execution execution, IReadOnlyDictionary<string, string> credentials, CancellationToken cancellationToken)
    {
        using var observed = AttemptScope.Enter(logger, execution, started);
        var context = new TaskContext
        {
            ExecutionId = execution.Id,
            WorkflowId = execution.WorkflowId,
            TaskRef = started.Ref,
            Attempt = started.Attempt,
            Clock = clock,
            Http = egress.For(EgressPurpose.Tasks),
            Credentials = credentials,
            Sink = sink,
            Specification = type.Specification,
            Input = started.Input,
        };
        try
        {
            var output = await type.InvokeAsync(started.Input, context, cancellationToken);
            var size = JsonMarshal.GetRawUtf8Value(output).Length;
            return size <= options.Value.MaxOutputBytes
                ? new ExecutionCommand.TaskSucceeded(started.Ref, started.Attempt, output)
                : Faulted(started, new TaskFailure("output_too_large", $"The output is {size:N0} bytes; at most {options.Value.MaxOutputBytes:N0} are kept. Ask for less, or raise DataFlow:MaxOutputBytes."));
        }
        catch (TaskFailedException e)
        {
            return Faulted(started, e.Failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            if (EgressFailures.From(e, cancellationToken) is { } failure) return Faulted(started, failure);
            LogUnexpected(e, type.Specification.Type, execution.Id, started.Ref);
            return Faulted(started, new TaskFailure("unexpected", $"{type.Specification.Type} failed in a way it should not. The server's log has the details.", Retryable: true));
        }
        finally
        {
            sink.Ended(context);
        }
    }

    private static ExecutionCommand.TaskFaulted Faulted(TaskStarted started, TaskFailure failure) => new(started.Ref, started.Attempt, failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{TaskType} failed unexpectedly in {ExecutionId} at {TaskRef}")]
    private partial void LogUnexpected(Exception exception, string taskType, string executionId, string taskRef);
}
