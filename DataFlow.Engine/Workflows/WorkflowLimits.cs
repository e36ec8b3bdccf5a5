namespace DataFlow.Engine.Workflows;

/// <summary>How large a definition may be. Each limit is far above what a person writes and below what would let one document hold the server up.</summary>
public static class WorkflowLimits
{
    /// <summary>Bytes of a definition.</summary>
    public const int Bytes = 1_048_576;

    /// <summary>Characters of all member names on the way to a value: every expression keeps its own way.</summary>
    public const int PathLength = 1_000;

    /// <summary>Expressions of a workflow.</summary>
    public const int Expressions = 10_000;

    /// <summary>Tasks of a workflow.</summary>
    public const int Tasks = 1_000;

    /// <summary>Declared inputs, declared outputs, members of a declared object.</summary>
    public const int Names = 200;

    /// <summary>Characters (code points) of a <c>name</c>.</summary>
    public const int NameLength = 200;

    /// <summary>Characters of a <c>description</c>.</summary>
    public const int DescriptionLength = 10_000;

    /// <summary>Labels of a workflow.</summary>
    public const int Labels = 64;

    /// <summary>Characters of a label's key.</summary>
    public const int LabelKeyLength = 63;

    /// <summary>Characters of a label's value.</summary>
    public const int LabelValueLength = 200;

    /// <summary>Values of an <c>enum</c>.</summary>
    public const int Choices = 1_000;

    /// <summary>Characters of a <c>pattern</c>.</summary>
    public const int PatternLength = 1_000;

    /// <summary>Retries after the first try.</summary>
    public const int RetryAttempts = 100;

    /// <summary>Seconds a retry may wait: a day.</summary>
    public const double RetryDelaySeconds = 86_400;

    /// <summary>Seconds one attempt may take: a week.</summary>
    public const double TaskTimeoutSeconds = 604_800;

    /// <summary>Seconds an execution may take: a year.</summary>
    public const double ExecutionTimeoutSeconds = 31_536_000;

    /// <summary>The smallest timeout, seconds.</summary>
    public const double SmallestTimeoutSeconds = 0.001;

    /// <summary>Executions of one workflow at once.</summary>
    public const int Concurrency = 100_000;
}
