namespace DataFlow.Benchmarks.Million;

/// <summary>How long something takes.</summary>
/// <param name="Name">What.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P95">Milliseconds.</param>
internal sealed record Timing(string Name, double P50, double P95)
{
    public static Timing Of(string name, List<double> milliseconds)
    {
        milliseconds.Sort();
        return new Timing(name, milliseconds[milliseconds.Count / 2], milliseconds[milliseconds.Count * 95 / 100]);
    }
}

internal static class Measure
{
    private static readonly TimeProvider s_clock = TimeProvider.System;

    public static async Task<double> OnceAsync(Func<Task> work)
    {
        var began = s_clock.GetTimestamp();
        await work();
        return s_clock.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>The same on both, in turn, so that what else the machine does meets both.</summary>
    public static async Task<(Timing Small, Timing Large)> BothAsync(string name, int rounds, Func<int, Task> small, Func<int, Task> large)
    {
        for (var i = 0; i < 20; i++)
        {
            await small(i);
            await large(i);
        }
        var (first, second) = (new List<double>(), new List<double>());
        for (var i = 0; i < rounds; i++)
        {
            first.Add(await OnceAsync(() => small(i)));
            second.Add(await OnceAsync(() => large(i)));
        }
        return (Timing.Of(name, first), Timing.Of(name, second));
    }
}
