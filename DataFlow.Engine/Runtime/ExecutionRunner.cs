using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Runtime;

/// <summary>How a runner ended.</summary>
internal enum RunnerEnd
{
    /// <summary>The execution has ended.</summary>
    Finished,

    /// <summary>Nothing to do until a moment or a command; somebody else wakes it.</summary>
    Parked,

    /// <summary>The host stops; recovery goes on.</summary>
    Stopped,

    /// <summary>The journal has moved on without it, or it broke; recovery goes on.</summary>
    Lost,

    /// <summary>The store would not create the execution: there is none.</summary>
    Refused,
}

/// <summary>
/// Steps 6 to 11 of the path for one execution: one command at a time is decided, committed, told and acted upon.
/// </summary>
/// <remarks>
/// Pure tasks with small inputs run between decisions, before the commit: they have no effect outside, so nothing is lost when the process dies
/// with them, and their facts share one commit. Everything else starts only after its <c>task_started</c> is on disk.
/// </remarks>
internal sealed partial class ExecutionRunner(RunnerParts parts, string executionId, Func<CancellationToken, Task<RunnerStart?>> load, bool careful)
{
    /// <summary>An inline task's input is at most this many bytes, so that none keeps facts from disk for long.</summary>
    private const int MostInlineBytes = 16 * 1024;

    /// <summary>Facts waiting for their commit: more than this are committed before the next inline task.</summary>
    private const int MostUncommitted = 64;

    /// <summary>A runner with nothing to do for longer than this gives its place to others.</summary>
    private static readonly TimeSpan ParksAbove = TimeSpan.FromSeconds(2);

    private readonly Channel<Envelope> _mailbox = Channel.CreateUnbounded<Envelope>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, RunningAttempt> _attempts = [];
    private readonly ImmutableArray<ExecutionEvent>.Builder _uncommitted = ImmutableArray.CreateBuilder<ExecutionEvent>();
    // Continuations run at once: each is set as the last thing its thread does here.
    private readonly TaskCompletionSource<Execution?> _ended = new();
    private readonly TaskCompletionSource<CreateOutcome> _created = new();
    private readonly Lock _gate = new();
    private readonly ILogger _logger = parts.Logger;
    private Execution _execution = null!;
    private CompiledVersion _version = null!;
    private IReadOnlyDictionary<string, string> _credentials = null!;
    private ITimer? _timer;
    private NewExecution? _uncreated;
    private int _committedSequence;
    private bool _closed;
    private volatile bool _hold;

    private readonly record struct Envelope(ExecutionCommand Command, TaskCompletionSource<Execution>? Done);

    private readonly record struct RunningAttempt(int Number, CancellationTokenSource Stop);

    public string ExecutionId => executionId;

    /// <summary>The execution as last committed; <c>null</c> until it is loaded.</summary>
    public Execution? Committed { get; private set; }

    /// <summary>The finished execution, or <c>null</c> when this runner ended before it. Comes when its place is free again.</summary>
    public Task<Execution?> Ended => _ended.Task;

    /// <summary>How it ended, once it has.</summary>
    public RunnerEnd? End { get; private set; }

    /// <summary>How the creation ended, for an execution that the store did not know yet.</summary>
    public Task<CreateOutcome> Created => _created.Task;

    /// <summary>When to wake it, once parked; <c>null</c>: only by a command.</summary>
    public DateTimeOffset? WakeAt { get; private set; }

    /// <summary>Posts a command; false when this runner has ended and somebody else must take it.</summary>
    public bool TryPost(ExecutionCommand command, [NotNullWhen(true)] out Task<Execution>? done)
    {
        var completion = new TaskCompletionSource<Execution>(TaskCreationOptions.RunContinuationsAsynchronously);
        done = completion.Task;
        return TryPost(new Envelope(command, completion));
    }

    /// <summary>Takes reports, starts nothing further, ends when nothing is under way.</summary>
    public void Hold()
    {
        _hold = true;
        TryPost(new Envelope(new ExecutionCommand.Tick(), null));
    }

    public async Task<RunnerEnd> RunAsync(ExecutionCommand first, CancellationToken killed)
    {
        var end = RunnerEnd.Lost;
        try
        {
            if (await load(killed) is not { } start) return end = RunnerEnd.Finished;
            (_version, _execution, _credentials) = (start.Version, start.Execution, start.Credentials);
            if (start.Uncreated is { } uncreated)
            {
                _uncreated = uncreated;
                _uncommitted.AddRange(uncreated.Events);
            }
            else
            {
                _committedSequence = _execution.Sequence;
                Committed = _execution;
            }
            if (!_execution.IsFinished) await HandleAsync(new Envelope(first, null), killed);
            while (!_execution.IsFinished)
            {
                if (!_mailbox.Reader.TryRead(out var envelope))
                {
                    if (_attempts.Count == 0 && TryClose(out end)) return end;
                    envelope = await _mailbox.Reader.ReadAsync(killed);
                }
                await HandleAsync(envelope, killed);
            }
            return end = RunnerEnd.Finished;
        }
        catch (NotCreatedException)
        {
            return end = RunnerEnd.Refused;
        }
        catch (FenceLostException)
        {
            LogLost(executionId);
            return end;
        }
        catch (OperationCanceledException) when (killed.IsCancellationRequested)
        {
            return end = RunnerEnd.Stopped;
        }
        catch (Exception e)
        {
            LogBroken(e, executionId);
            return end;
        }
        finally
        {
            Close(end);
        }
    }

    private async ValueTask HandleAsync(Envelope envelope, CancellationToken killed)
    {
        var starting = new List<TaskStarted>();
        var inline = new Queue<TaskStarted>();
        Decide(envelope.Command, starting, inline);
        while (inline.TryDequeue(out var next))
        {
            if (_uncommitted.Count > MostUncommitted) await CommitAsync(killed);
            var report = parts.Invoker.InvokeAsync(TypeOf(next), next, _execution, _credentials, CancellationToken.None);
            if (!report.IsCompleted) Watch(next, report.AsTask(), new CancellationTokenSource());
            else if (await report is { } command) Decide(command, starting, inline);
        }
        await CommitAsync(killed);
        if (envelope.Command is ExecutionCommand.HostStopping) StopAttempts();
        foreach (var started in starting) StartAttempt(started);
        SetTimer();
        envelope.Done?.TrySetResult(_execution);
    }

    private void Decide(ExecutionCommand command, List<TaskStarted> starting, Queue<TaskStarted> inline)
    {
        var decision = _version.Workflow is { } workflow
            ? ExecutionDecider.Decide(workflow, _execution, command, parts.Clock.GetUtcNow(), parts.Chance(), _hold)
            : ExecutionDecider.Abandon(_execution, new TaskFailure("workflow_invalid", "This version no longer compiles: a task type it uses is not installed any more."), parts.Clock.GetUtcNow());
        _execution = decision.Execution;
        for (var i = 0; i < decision.Events.Length; i++)
        {
            var e = decision.Events[i];
            _uncommitted.Add(e);
            if (e is TaskStarted started)
            {
                var type = TypeOf(started);
                if (type is IDurableWait) continue;
                if (!careful && type.Specification.Repeat == TaskRepeat.Pure && JsonMarshal.GetRawUtf8Value(started.Input).Length <= MostInlineBytes) inline.Enqueue(started);
                else starting.Add(started);
            }
        }
    }

    private async ValueTask CommitAsync(CancellationToken killed)
    {
        if (_uncommitted.Count == 0) return;
        var events = _uncommitted.DrainToImmutable();
        if (_uncreated is not null)
        {
            await CreateAsync(_uncreated with { Execution = _execution, Events = events, Outbox = MessagesFor(events) });
            return;
        }
        var append = new JournalAppend(_execution, _committedSequence, events, MessagesFor(events));
        while (true)
        {
            try
            {
                await parts.Store.AppendAsync(append, CancellationToken.None);
                break;
            }
            catch (StorageUnavailableException e)
            {
                // What was decided is kept and tried again: nothing is acted upon, told or lost meanwhile.
                LogUnavailable(executionId, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), parts.Clock, killed);
            }
        }
        Tell(events);
        if (!append.Outbox.IsEmpty) parts.Outbox.Committed();
    }

    /// <summary>Everything decided so far is the creation. Whoever asked for it hears how it ended, also when it did not.</summary>
    private async ValueTask CreateAsync(NewExecution creation)
    {
        CreateOutcome outcome;
        try
        {
            outcome = await parts.Store.CreateAsync(creation, CancellationToken.None);
        }
        catch (Exception e)
        {
            _created.TrySetException(e);
            throw new NotCreatedException();
        }
        if (outcome is not CreateOutcome.Done)
        {
            _created.TrySetResult(outcome);
            throw new NotCreatedException();
        }
        _uncreated = null;
        Tell(creation.Events);
        if (!creation.Outbox.IsEmpty) parts.Outbox.Committed();
        _created.TrySetResult(outcome);
    }

    private void Tell(ImmutableArray<ExecutionEvent> events)
    {
        var first = _committedSequence + 1;
        _committedSequence = _execution.Sequence;
        Committed = _execution;
        foreach (var e in events) StopAttemptThatEnded(e);
        parts.Feed.Publish(_execution, first, events);
        if (!parts.Feed.IsCounted) return;
        EngineMetrics.FeedLag.Record((parts.Clock.GetUtcNow() - events[^1].At).TotalSeconds);
        if (_execution.IsFinished) ExecutionTrace.Tell(parts.Store, _execution, _logger);
    }

    private sealed class NotCreatedException : Exception;

    private ImmutableArray<OutboxMessage> MessagesFor(ImmutableArray<ExecutionEvent> events)
    {
        if (!parts.Outbox.IsAwaited(_execution)) return [];
        var messages = ImmutableArray.CreateBuilder<OutboxMessage>();
        var at = Committed;
        foreach (var e in events)
        {
            at = at is null ? _version.Outline.Begin(executionId, (ExecutionQueued)e) : at.Apply(e);
            messages.AddRange(parts.Outbox.MessagesFor(at, e));
        }
        return messages.DrainToImmutable();
    }

    private TaskType TypeOf(TaskStarted started)
    {
        var task = _version.Workflow!.Tasks[_execution.TaskIndex[started.Ref]];
        return started.Fallback ? task.FallbackType! : task.Type;
    }
}
