namespace DataFlow.Engine.TaskTypes;

/// <summary>Why an attempt, a task or an execution failed, as data.</summary>
/// <param name="Code">A stable snake_case word: <c>http_status</c>, <c>timeout</c>, <c>null_reference</c>, <c>interrupted</c>, <c>crash_loop</c> …</param>
/// <param name="Message">One or two sentences for a person: what failed and what to do. Never a secret, never a stack trace.</param>
/// <param name="Retryable">Whether trying again can help; a task's <c>retry</c> applies only then.</param>
/// <param name="RetryAfter">The least wait before the next try that the other side asked for.</param>
/// <param name="Ref">The task it happened in, when it is reported for an execution.</param>
public sealed record TaskFailure(string Code, string Message, bool Retryable = false, TimeSpan? RetryAfter = null, string? Ref = null);

/// <summary>Thrown by a task type to fail its attempt with a given <see cref="TaskFailure"/>.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>Creates it.</summary>
    public TaskFailedException(TaskFailure failure, Exception? inner = null) : base(failure.Message, inner) => Failure = failure;

    /// <summary>Why.</summary>
    public TaskFailure Failure { get; }
}
