using System.Text.Json;

namespace DataFlow.Engine.TaskTypes;

/// <summary>A task type that only waits; see <see cref="IDurableWait"/>. The records are its specification, as in <see cref="TaskType{TInput, TOutput}"/>.</summary>
public abstract class WaitingTaskType<TInput, TOutput> : TaskType<TInput, TOutput>, IDurableWait
    where TInput : class
    where TOutput : class
{
    // The longest delay a timer takes is 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public DateTimeOffset ResumesAt(JsonElement input, DateTimeOffset startedAt) => ResumesAt(Read(input), startedAt);

    /// <inheritdoc/>
    public JsonElement Complete(JsonElement input, DateTimeOffset startedAt, DateTimeOffset now) => Write(Complete(Read(input), startedAt, now));

    /// <inheritdoc cref="IDurableWait.ResumesAt"/>
    protected abstract DateTimeOffset ResumesAt(TInput input, DateTimeOffset startedAt);

    /// <inheritdoc cref="IDurableWait.Complete"/>
    protected abstract TOutput Complete(TInput input, DateTimeOffset startedAt, DateTimeOffset now);

    /// <summary>Waits in memory, for callers that are not the engine; ends at the same moment with the same output.</summary>
    protected sealed override async ValueTask<TOutput> RunAsync(TInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var clock = context.Clock;
        var startedAt = clock.GetUtcNow();
        var end = ResumesAt(input, startedAt);
        for (var left = end - startedAt; left > TimeSpan.Zero; left = end - clock.GetUtcNow())
            await Task.Delay(left < LongestDelay ? left : LongestDelay, clock, cancellationToken);
        return Complete(input, startedAt, clock.GetUtcNow());
    }
}
