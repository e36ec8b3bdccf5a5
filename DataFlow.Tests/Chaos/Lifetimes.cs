using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Tests.Chaos;

/// <summary>One life of the server.</summary>
/// <param name="ListeningAt"><c>null</c>: it died before.</param>
/// <param name="DiedAt">When it was gone.</param>
internal sealed record Lifetime(DateTimeOffset? ListeningAt, DateTimeOffset DiedAt);

/// <summary>An attempt that a death cut short and a later server took up.</summary>
/// <param name="Listened">How long servers listened before one did.</param>
internal sealed record Resumption(string ExecutionId, TaskInterrupted TakenUp, TimeSpan Listened);

/// <summary>Tells how long a server was there without going on with what the one before it had been at.</summary>
internal static class Lifetimes
{
    public static IEnumerable<Resumption> Resumptions(ImmutableArray<Lifetime> lives, IEnumerable<RecordedExecution> executions)
    {
        foreach (var execution in executions)
        {
            var began = new Dictionary<string, DateTimeOffset>();
            foreach (var e in execution.Events)
            {
                if (e is TaskStarted started) began[started.Ref] = e.At;
                else if (e is TaskInterrupted { Graceful: false } lost) yield return new Resumption(execution.Id, lost, Listened(lives, began[lost.Ref], e.At));
            }
        }
    }

    /// <summary>The life it began in is no delay: until its end the attempt was under way.</summary>
    private static TimeSpan Listened(ImmutableArray<Lifetime> lives, DateTimeOffset began, DateTimeOffset takenUp)
    {
        var listened = TimeSpan.Zero;
        foreach (var life in lives.SkipWhile(life => life.DiedAt <= began).Skip(1))
        {
            var until = life.DiedAt < takenUp ? life.DiedAt : takenUp;
            if (life.ListeningAt is { } from && until > from) listened += until - from;
        }
        return listened;
    }
}
