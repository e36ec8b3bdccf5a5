using DataFlow.Engine.Executions;

namespace DataFlow.Web.Components.Executions;

/// <summary>How long a picture stays true while nothing happens. Durations count on in the browser; bars, countdowns and places in a queue are drawn by the server. Pure.</summary>
internal static class PictureAge
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromMinutes(1);

    /// <summary>Words for a longer wait have no seconds.</summary>
    private static readonly TimeSpan CountedInSeconds = TimeSpan.FromHours(1);

    /// <summary>A bar that moves by less of the axis cannot be seen to move.</summary>
    private const int Steps = 200;

    /// <param name="execution">As it is shown.</param>
    /// <param name="scale">Its axis.</param>
    /// <param name="now">The time of the picture.</param>
    /// <returns>One second to one minute.</returns>
    public static TimeSpan Of(Execution execution, TimeScale scale, DateTimeOffset now)
    {
        if (execution.Status == ExecutionStatus.Pending || execution.Tasks.Any(run => (run.RetryAt ?? run.WaitUntil) is { } at && at - now < CountedInSeconds)) return Shortest;
        var step = scale.Length / Steps;
        return step < Shortest ? Shortest : step > Longest ? Longest : step;
    }
}
