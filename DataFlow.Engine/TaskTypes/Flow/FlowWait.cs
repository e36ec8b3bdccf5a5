using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace DataFlow.Engine.TaskTypes.Flow;

/// <summary>Waits for a time or until a moment; the wait outlives the process and holds nothing meanwhile.</summary>
[TaskType("Flow.Wait", "Waits some seconds, or until a moment. The wait survives restarts.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "pause", "type": "Flow.Wait", "input": { "seconds": 60 } }""")]
internal sealed class FlowWait : WaitingTaskType<FlowWait.Input, FlowWait.Output>
{
    private const int LongestSeconds = 31_536_000;

    public sealed record Input(
        [Description("How long to wait, in seconds; at most a year. Either this or `until`."), Range(0, LongestSeconds), Example("60")] double? Seconds = null,
        [Description("The moment to wait for, in RFC 3339 with its offset; at most a year ahead, and no wait at all when it has passed. Either this or `seconds`."), Example("2030-01-01T09:00:00Z")] DateTimeOffset? Until = null);

    public sealed record Output(
        [Description("How long it waited, in seconds."), Main] double WaitedSeconds,
        [Description("When it went on.")] DateTimeOffset ResumedAt);

    protected override DateTimeOffset ResumesAt(Input input, DateTimeOffset startedAt)
    {
        var moment = input switch
        {
            { Seconds: >= 0 and <= LongestSeconds and var seconds, Until: null } => startedAt.AddSeconds(seconds),
            { Seconds: null, Until: { } until } when until <= startedAt.AddSeconds(LongestSeconds) => until,
            { Seconds: null, Until: null } or { Seconds: not null, Until: not null } => throw Invalid("give either 'seconds' or 'until'."),
            _ => throw Invalid("the longest wait is a year."),
        };
        return moment > startedAt ? moment : startedAt;
    }

    protected override Output Complete(Input input, DateTimeOffset startedAt, DateTimeOffset now) => new((now - startedAt).TotalSeconds, now);

    private static TaskFailedException Invalid(string reason) => new(new("input_invalid", $"The input does not fit Flow.Wait: {reason}"));
}
