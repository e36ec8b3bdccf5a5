using System.Diagnostics.Metrics;

namespace DataFlow.Engine.Observability;

/// <summary>
/// What the engine counts and times. Static, as the process has one engine and the rooms that count must not be handed anything for it; nothing is measured
/// while nobody listens. Labels have few values only: words of the contract, task types of the catalogue, never an id.
/// </summary>
internal static class EngineMetrics
{
    private static readonly Meter s_meter = new(EngineTelemetry.Name);

    private static readonly double[] s_moments = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
    private static readonly double[] s_work = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];
    private static readonly double[] s_days = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 3600, 21600, 86400, 259200];
    private static readonly double[] s_sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

    public static readonly Counter<long> ExecutionsAccepted = Count("dataflow.executions.accepted", "{execution}", "Executions accepted and committed.");
    public static readonly Counter<long> ExecutionsRefused = Count("dataflow.executions.refused", "{request}", "Requests to execute that were refused.");
    public static readonly Counter<long> ExecutionsEnded = Count("dataflow.executions.ended", "{execution}", "Executions that ended.");
    public static readonly Histogram<double> ExecutionDuration = Time("dataflow.execution.duration", "Time of executions from start to end.", s_days);
    public static readonly Histogram<double> ExecutionQueueDuration = Time("dataflow.execution.queue.duration", "Time executions waited from acceptance to start.", s_work);

    public static readonly Counter<long> TasksEnded = Count("dataflow.tasks.ended", "{task}", "Tasks that ended, skipped ones included.");
    public static readonly Histogram<double> TaskDuration = Time("dataflow.task.duration", "Time of tasks from their first attempt to their end, waits between attempts included.", s_work);
    public static readonly Counter<long> AttemptsStarted = Count("dataflow.attempts.started", "{attempt}", "Attempts started, the first of each task included.");
    public static readonly Counter<long> AttemptsRetried = Count("dataflow.attempts.retried", "{attempt}", "Attempts that failed and are followed by another.");
    public static readonly Counter<long> AttemptsInterrupted = Count("dataflow.attempts.interrupted", "{attempt}", "Attempts cut short by the end of the process.");

    public static readonly Counter<long> TrialsEnded = Count("dataflow.trials.ended", "{trial}", "Tests of definitions nobody saved that ended; they count among no other figures.");
    public static readonly Counter<long> TrialsRefused = Count("dataflow.trials.refused", "{trial}", "Tests that were refused because as many were under way as may be.");
    public static readonly Histogram<double> TrialDuration = Time("dataflow.trial.duration", "Time of tests from start to end.", s_work);

    public static readonly Counter<long> Commits = Count("dataflow.storage.commits", "{transaction}", "Transactions committed.");
    public static readonly Histogram<double> CommitDuration = Time("dataflow.storage.commit.duration", "Time from the begin of a transaction to the end of its fsync.", s_moments);
    public static readonly Histogram<double> CommitSize = s_meter.CreateHistogram(
        "dataflow.storage.commit.size", "{operation}", "Operations that shared a transaction.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_sizes });
    public static readonly Counter<long> StorageFailures = Count("dataflow.storage.failures", "{failure}", "Transactions that failed.");

    public static readonly Histogram<double> FeedLag = Time("dataflow.feed.lag", "Time from the moment something happened until watchers were told, its commit included.", s_moments);
    public static readonly Counter<long> FeedDropped = Count("dataflow.feed.dropped", "{change}", "Changes dropped for watchers that read too slowly; they read the journal instead.");

    public static readonly Counter<long> WebhookAttempts = Count("dataflow.webhooks.attempts", "{attempt}", "Attempts to deliver a webhook message.");
    public static readonly Histogram<double> WebhookDuration = Time("dataflow.webhook.attempt.duration", "Time of attempts to deliver a webhook message.", s_work);
    public static readonly Histogram<double> WebhookLag = Time("dataflow.webhook.lag", "Time from a change of status to the acceptance of its webhook message.", s_days);

    public static readonly Gauge<long> OpenCircuits = s_meter.CreateGauge<long>(
        "dataflow.webhooks.circuits.open", "{host}", "Hosts that failed so often that they get one probe now and then instead of their messages.");

    public static readonly Counter<long> EgressDenied = Count("dataflow.egress.denied", "{connection}", "Outbound connections and redirects that the address check refused.");

    /// <summary>Makes known what is certain to be asked for: a rate of something that has not happened yet is 0, not missing.</summary>
    public static void Announce()
    {
        foreach (var trigger in (ReadOnlySpan<string>)["api", "ui", "replay"]) ExecutionsAccepted.Add(0, new KeyValuePair<string, object?>("trigger", trigger));
        foreach (var status in (ReadOnlySpan<string>)["COMPLETED", "FAILED", "CANCELLED"])
        {
            ExecutionsEnded.Add(0, new KeyValuePair<string, object?>("status", status));
            TrialsEnded.Add(0, new KeyValuePair<string, object?>("status", status));
        }
        foreach (var outcome in (ReadOnlySpan<string>)["delivered", "retried", "given_up", "gone"]) WebhookAttempts.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        TrialsRefused.Add(0);
        FeedDropped.Add(0);
        Commits.Add(0);
        OpenCircuits.Record(0);
    }

    public static void Committed(int operations, TimeSpan duration)
    {
        Commits.Add(1);
        CommitSize.Record(operations);
        CommitDuration.Record(duration.TotalSeconds);
    }

    private static Counter<long> Count(string name, string unit, string description) => s_meter.CreateCounter<long>(name, unit, description);

    private static Histogram<double> Time(string name, string description, double[] bounds) =>
        s_meter.CreateHistogram(name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
