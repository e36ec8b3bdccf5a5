using System.ComponentModel.DataAnnotations;

namespace DataFlow.Engine.Webhooks;

/// <summary>Settings of webhook deliveries, section <c>DataFlow:Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>Section name.</summary>
    public const string Section = "DataFlow:Webhooks";

    /// <summary>Attempts for each message. Default 10: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, three days in all.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>Attempts under way at once. Default 64: nearly all their time is waiting for the other side.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 64;

    /// <summary>Attempts under way at once to one host and port. Default 2: a slow receiver is not flooded and takes little room from others.</summary>
    [Range(1, 1_000)]
    public int PerHostConcurrency { get; set; } = 2;

    /// <summary>Seconds a receiver has to answer. Default 20, between the 15 and 30 that Standard Webhooks asks for.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; set; } = 20;

    /// <summary>Days of nothing but failures after which a receiver is sent nothing more. Default 5, longer than the retries of one message.</summary>
    [Range(1, 365)]
    public int DisableAfterDays { get; set; } = 5;

    /// <summary>Webhooks of one workflow, and those for all workflows. Default 20: each is one more message for every event it gets.</summary>
    [Range(1, 1_000)]
    public int MaxPerScope { get; set; } = 20;

    /// <summary>Seconds for which the secret before still signs after a new one was made, unless the request says otherwise. Default 86400, a day to change it everywhere.</summary>
    [Range(0, 604_800)]
    public int SecretOverlapSeconds { get; set; } = 86_400;
}
