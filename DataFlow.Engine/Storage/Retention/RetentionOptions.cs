using System.ComponentModel.DataAnnotations;

namespace DataFlow.Engine.Storage.Retention;

/// <summary>
/// How long executions that have ended are kept, section <c>DataFlow:Retention</c>. Whatever is over any of the limits goes, oldest first; 0 takes a limit away.
/// What has not ended, or has webhook messages still on their way, always stays. Workflows and their versions are never removed.
/// </summary>
public sealed class RetentionOptions : IValidatableObject
{
    /// <summary>Section name.</summary>
    public const string Section = "DataFlow:Retention";

    /// <summary>Days an execution is kept after it has ended. Default 30.</summary>
    [Range(0, 36_500)]
    public int MaxAgeDays { get; set; } = 30;

    /// <summary>Days a FAILED one is kept; at least as many as <see cref="MaxAgeDays"/>. Default 90: failures are few, and are what is looked for later.</summary>
    [Range(0, 36_500)]
    public int FailedMaxAgeDays { get; set; } = 90;

    /// <summary>Executions kept in all. Default 1,000,000: lists are measured to be fast at that.</summary>
    [Range(0, 1_000_000_000)]
    public int MaxExecutions { get; set; } = 1_000_000;

    /// <summary>Executions kept of one workflow. Default 100,000: a busy workflow does not push out the history of the others.</summary>
    [Range(0, 1_000_000_000)]
    public int MaxExecutionsPerWorkflow { get; set; } = 100_000;

    /// <summary>Megabytes (1,000,000 bytes) of the database in use. Default 10,000.</summary>
    [Range(0, 100_000_000)]
    public int MaxMegabytes { get; set; } = 10_000;

    /// <summary>Seconds between two looks at the limits. Default 60.</summary>
    [Range(1, 86_400)]
    public int IntervalSeconds { get; set; } = 60;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FailedMaxAgeDays != 0 && (MaxAgeDays == 0 || FailedMaxAgeDays < MaxAgeDays))
            yield return new ValidationResult($"{Section}:{nameof(FailedMaxAgeDays)} is less than {nameof(MaxAgeDays)}: failures are kept at least as long as the rest. 0 keeps them for ever.", [nameof(FailedMaxAgeDays)]);
    }
}
