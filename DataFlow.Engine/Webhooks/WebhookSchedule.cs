using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Webhooks;

/// <summary>Draws a number from 0 (inclusive) to 1 (exclusive).</summary>
internal delegate double WebhookChance();

/// <summary>When the next attempt is due.</summary>
internal sealed class WebhookSchedule(IOptions<WebhookOptions> options, WebhookChance chance)
{
    private const double Jitter = 0.1;

    /// <summary>Waits between attempts; the example schedule of Standard Webhooks, 75 h 35 min 5 s in all.</summary>
    public static ImmutableArray<TimeSpan> Waits { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>The longest wait a receiver can ask for.</summary>
    public static TimeSpan LongestRetryAfter { get; } = TimeSpan.FromHours(24);

    /// <summary>The time of the next attempt; <c>null</c>: that was the last one.</summary>
    /// <param name="attempts">How many were made.</param>
    /// <param name="now">When the last one ended.</param>
    /// <param name="retryAfter">The least wait the receiver asked for.</param>
    public DateTimeOffset? Next(int attempts, DateTimeOffset now, TimeSpan? retryAfter)
    {
        if (attempts >= options.Value.MaxAttempts)
            return null;

        var wait = Waits[attempts - 1] * (1 - Jitter + (2 * Jitter * chance()));
        var asked = retryAfter ?? TimeSpan.Zero;
        if (asked > LongestRetryAfter)
            asked = LongestRetryAfter;
        return now + (asked > wait ? asked : wait);
    }
}
