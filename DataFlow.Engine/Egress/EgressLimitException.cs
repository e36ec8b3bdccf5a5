using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Egress;

/// <summary>A request ended before its reply did: not found, not reached, too slow, too large, or sent around in circles.</summary>
internal sealed class EgressLimitException(TaskFailure failure, Exception? inner = null) : HttpRequestException(failure.Message, inner)
{
    public TaskFailure Failure { get; } = failure;

    public static EgressLimitException Timeout(string message) => new(new("timeout", message, Retryable: true));

    public static EgressLimitException TooLarge(long limit) => new(new(
        "download_too_large",
        $"The reply is larger than {limit:#,0} bytes (after decompression). An operator can raise DataFlow:Egress:MaxResponseBytes, up to which a task's own max_bytes counts."));
}
