namespace DataFlow.Tests.Webhooks;

/// <summary>What a test waits for comes in milliseconds or never; this turns never into a failure.</summary>
internal static class Patience
{
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(60);
}
