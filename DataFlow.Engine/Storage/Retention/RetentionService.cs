using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Storage.Retention;

/// <summary>Looks at the limits from time to time. It waits first: a start has better things to do.</summary>
internal sealed partial class RetentionService(ExecutionRetention retention, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<RetentionService> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromSeconds(options.Value.IntervalSeconds);
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            do
                retention.NextAt = clock.GetUtcNow() + interval;
            while (await timer.WaitForNextTickAsync(stoppingToken) && await RunAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is removed after the next start.
        }
    }

    private async Task<bool> RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            var run = await retention.RunAsync(stoppingToken);
            if (run.Removed > 0)
                LogRemoved(run.Removed, run.FreedBytes, (long)run.Duration.TotalMilliseconds);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            // The disk may have room, or the reader a file, again at the next look; nothing of this may end the server.
            LogFailed(error);
        }
        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Retention removed {Removed} executions ({Bytes} bytes) in {Milliseconds} ms")]
    private partial void LogRemoved(long removed, long bytes, long milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retention could not write")]
    private partial void LogFailed(Exception error);
}
